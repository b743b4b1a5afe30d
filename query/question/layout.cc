#include "query/question/layout.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/quantize.h"
#include "governance/document/refusal.h"
#include "governance/standard/not_held.h"
#include "query/question/bins.h"
#include "query/question/cell_space.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/question/groups.h"
#include "query/question/joint_wire.h"
#include "query/question/partials.h"
#include "query/question/question.h"

namespace commons::query {
namespace {

// Where a column of the Standard lies among those held; -1: it does not.
int HeldIndex(const storage::TableLayout& held, const v1::Column& column) {
  const auto found =
      std::find_if(held.columns.begin(), held.columns.end(),
                   [&](const auto& candidate) { return candidate.name == column.name(); });
  return found == held.columns.end() ? -1 : static_cast<int>(found - held.columns.begin());
}

storage::ScanMeasure MeasureOf(const v1::Partial& partial, const v1::Question& question,
                               const v1::Standard& standard, const storage::TableLayout& held) {
  storage::ScanMeasure out;
  switch (partial.kind()) {
    case v1::COUNT_PERSONS:
      out.kind = storage::ScanMeasure::kCountPersons;
      return out;
    case v1::COUNT_VALUES:
      out.kind = storage::ScanMeasure::kCountValues;
      break;
    case v1::SUM_VALUES:
      out.kind = storage::ScanMeasure::kSum;
      out.quantizer = Quantizer::kStep;
      break;
    case v1::SUM_SQUARES:
      out.kind = storage::ScanMeasure::kSumSquares;
      out.quantizer = Quantizer::kSquare;
      break;
    default:
      return out;
  }
  out.column = HeldIndex(held, standard.columns(partial.column()));
  if (partial.kind() == v1::COUNT_VALUES || question.release() == v1::OPEN) return out;
  const v1::Column& column = standard.columns(partial.column());
  out.kind = storage::ScanMeasure::kQuantizedSum;
  out.low = column.clip_low();
  out.high = column.clip_high();
  return out;
}

storage::ScanFilter FilterFor(const v1::Filter& filter, const v1::Standard& standard,
                              const storage::TableLayout& held) {
  const v1::Column& column = standard.columns(filter.column());
  storage::ScanFilter out;
  out.column = HeldIndex(held, column);
  out.allow_null = filter.missing();
  out.every = filter.every();
  const Condition condition = ConditionOf(filter, column);
  if (ShapeOf(column) == Shape::kCodes) {
    out.codes.resize(held.columns[out.column].code_count);
    for (size_t i = 0; i < out.codes.size(); ++i) out.codes[i] = condition.kept.Contains(i);
  } else {
    for (const Interval& range : condition.kept.intervals()) {
      out.ranges.emplace_back(range.low, range.high);
    }
  }
  return out;
}

// Each bin for itself.
storage::ScanGroup GroupOfBins(const IntervalSet& bins, const v1::Column& column,
                               v1::PeriodUnit unit, const storage::TableLayout& held) {
  const uint64_t missing = BinCount(column, unit) - 1;
  storage::ScanGroup group;
  group.column = HeldIndex(held, column);
  for (const uint32_t bin : bins.Values()) {
    if (!column.required() && bin == missing) {
      group.null_bin = true;
    } else if (ShapeOf(column) == Shape::kCodes) {
      group.codes.push_back(bin);
    } else {
      const Interval values = ValuesIn(column, unit, bin);
      group.ranges.emplace_back(values.low, values.high);
    }
  }
  return group;
}

storage::ScanGroup GroupOf(const v1::Dimension& dimension, const v1::Question& question,
                           const v1::Standard& standard, const storage::TableLayout& held) {
  const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
  const IntervalSet bins = KeptBins(question, dimension, standard);
  storage::ScanGroup group = GroupOfBins(bins, column, dimension.unit(), held);
  if (!IsGrouped(dimension)) return group;
  const std::vector<IntervalSet> groups = GroupsOf(dimension, column, bins);
  std::vector<uint32_t> group_of(BinCount(column, dimension.unit()));
  for (size_t i = 0; i < groups.size(); ++i) {
    for (const uint32_t bin : groups[i].Values()) group_of[bin] = i;
  }
  for (const uint32_t bin : bins.Values()) group.bin_of.push_back(group_of[bin]);
  return group;
}

storage::ScanJointFilter JointFilterFor(const v1::JointFilter& filter, const v1::Standard& standard,
                                        const storage::TableLayout& held) {
  Joint joint = JointOf(filter, standard);
  storage::ScanJointFilter out;
  for (size_t i = 0; i < joint.columns.size(); ++i) {
    const v1::Column& column = standard.columns(static_cast<int>(joint.columns[i]));
    const Parts& parts = joint.parts[i];
    const IntervalSet all({{0, static_cast<int64_t>(parts.of_bin.size())}});
    out.groups.push_back(GroupOfBins(all, column, column.period_unit(), held));
    if (parts.count < parts.of_bin.size()) out.groups.back().bin_of = parts.of_bin;
  }
  out.kept = std::move(joint.kept);
  return out;
}

// The texts of its codes in their order, one for each.
std::vector<absl::string_view> CodesOf(const storage::ColumnLayout& column) {
  std::vector<absl::string_view> texts(column.code_count);
  for (auto code = column.codes.rbegin(); code != column.codes.rend(); ++code) {
    texts[code->second] = code->first;  // the first text of a code is its own
  }
  return texts;
}

bool HeldAs(const storage::ColumnLayout& held, const storage::ColumnLayout& asked) {
  const auto codes = CodesOf(held), all = CodesOf(asked);
  return held.kind == asked.kind && held.required == asked.required &&
         held.responses <= asked.responses && held.decimals == asked.decimals &&
         held.unit == asked.unit && codes.size() <= all.size() &&
         std::equal(codes.begin(), codes.end(), all.begin());
}

}  // namespace

absl::Status CheckHeld(const storage::TableLayout& held, const v1::Question& question,
                       const v1::Standard& standard) {
  const auto other = [&](absl::string_view what) {
    return governance::Refuse(
        v1::WRONG_STANDARD,
        absl::StrCat(question.dataset(), " was imported here when ", what, "; import it again"));
  };
  if (held.entity_header.value_or("") != standard.entity()) {
    return other("its definition counted people in another way");
  }
  for (const uint32_t index : ColumnsOf(question)) {
    const v1::Column& column = standard.columns(static_cast<int>(index));
    const int at = HeldIndex(held, column);
    if (at < 0 || !HeldAs(held.columns[at], records::LayoutOf(column))) {
      return other(absl::StrCat("'", column.name(), "' was ", at < 0 ? "not in" : "another in",
                                " its definition"));
    }
  }
  return absl::OkStatus();
}

std::set<std::string> NotHeldIn(const storage::TableLayout& held, const v1::Standard& standard) {
  std::set<std::string> names;
  for (const v1::Column& column : standard.columns()) {
    const bool absent = governance::IsKept(column, standard) && column.priority_of().empty() &&
                        HeldIndex(held, column) < 0;
    if (absent) names.insert(column.name());
  }
  return names;
}

storage::ScanSpec ScanOf(const v1::Question& question, const v1::Standard& standard,
                         const storage::TableLayout& held, const Hash32& rounding_key) {
  storage::ScanSpec spec;
  for (const v1::Dimension& dimension : question.dimensions()) {
    spec.groups.push_back(GroupOf(dimension, question, standard, held));
  }
  for (const v1::Filter& filter : AllFilters(question, question.partials(0))) {
    spec.filters.push_back(FilterFor(filter, standard, held));
  }
  for (const v1::JointFilter& filter : AllJointFilters(question, question.partials(0))) {
    spec.joint_filters.push_back(JointFilterFor(filter, standard, held));
  }
  for (const v1::Partial& partial : question.partials()) {
    spec.measures.push_back(MeasureOf(partial, question, standard, held));
  }
  if (question.release() != v1::OPEN && !standard.entity().empty()) {
    spec.rows_per_person = RowsPerPerson(standard);
    if (BoundsRowsPerCell(question, standard)) {
      spec.rows_per_person_and_cell = RowsPerPersonAndCell(standard);
    }
  }
  spec.coin_key = rounding_key;
  return spec;
}

void AddBands(const std::vector<Interval>& bands, const v1::Column& column,
              const storage::TableLayout& held, storage::ScanSpec& spec) {
  storage::ScanGroup group;
  group.column = HeldIndex(held, column);
  group.ranges.reserve(bands.size());
  for (const Interval& band : bands) group.ranges.emplace_back(band.low, band.high);
  spec.groups.push_back(std::move(group));
}

}  // namespace commons::query
