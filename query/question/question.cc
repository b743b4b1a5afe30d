#include "query/question/question.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/refusal.h"
#include "governance/standard/scalar.h"
#include "query/question/columns.h"
#include "query/question/filter.h"

namespace commons::query {
namespace {

constexpr char kDigestDomain[] = "commons/question/1";

privacy::PartialKind KindOf(v1::PartialKind kind) {
  switch (kind) {
    case v1::COUNT_PERSONS:
      return privacy::PartialKind::kCountPersons;
    case v1::COUNT_VALUES:
      return privacy::PartialKind::kCountValues;
    case v1::SUM_VALUES:
      return privacy::PartialKind::kSum;
    case v1::SUM_SQUARES:
      return privacy::PartialKind::kSumSquares;
    default:
      return privacy::PartialKind::kCountRows;
  }
}

void HashPartials(const v1::Question& question, const v1::Standard& standard,
                  crypto::FieldHasher* hasher) {
  hasher->AddU64(question.partials_size());
  for (const v1::Partial& partial : question.partials()) {
    hasher->AddU64(partial.kind()).AddU64(partial.column());
    if (!IsSum(partial)) continue;
    const v1::Column& column = standard.columns(partial.column());
    hasher->AddU64(column.clip_low()).AddU64(column.clip_high());
  }
}

void HashFilters(const v1::Question& question, crypto::FieldHasher* hasher) {
  hasher->AddU64(question.filters_size());
  for (const v1::Filter& filter : question.filters()) {
    hasher->AddU64(filter.column()).Add(filter.codes()).AddU64(filter.missing());
    hasher->AddU64(filter.ranges_size());
    for (const v1::Filter::Range& range : filter.ranges()) {
      hasher->AddU64(range.low()).AddU64(range.high());
    }
  }
}

// What makes one person weigh less beside the noise, as far as it applies here.
std::string WayOut(const v1::Question& question, const v1::Standard& standard) {
  std::vector<std::string> ways;
  if (question.sets_size() > 1) ways.push_back("ask without ROLLUP");
  if (question.noise() != v1::BROAD) ways.push_back("have the owners rule noise = \"broad\"");
  if (RowsPerPersonAndCell(standard) > 1) {
    ways.push_back(
        absl::StrCat("define fewer rows per person and cell (commons:max_rows_per_person_and_cell "
                     "is ",
                     RowsPerPersonAndCell(standard), ")"));
  }
  if (standard.max_owners_per_person() > 1) {
    ways.push_back(absl::StrCat("fewer owners per person (commons:max_owners_per_person is ",
                                standard.max_owners_per_person(), ")"));
  }
  return ways.empty() ? "ask for counts" : absl::StrJoin(ways, ", or ");
}

}  // namespace

bool IsSum(const v1::Partial& partial) {
  return partial.kind() == v1::SUM_VALUES || partial.kind() == v1::SUM_SQUARES;
}

QuestionDigest DigestOf(const v1::Question& question, const v1::Standard& standard) {
  crypto::FieldHasher hasher(kDigestDomain);
  hasher.Add(question.commons_id()).Add(question.standard_id()).Add(question.dataset());
  hasher.Add(standard.consent_basis().empty() ? "" : question.purpose());
  hasher.AddU64(question.release()).AddU64(question.noise());
  HashPartials(question, standard, &hasher);
  hasher.AddU64(question.dimensions_size());
  for (const v1::Dimension& dimension : question.dimensions()) {
    hasher.AddU64(dimension.column()).AddU64(dimension.unit());
  }
  HashFilters(question, &hasher);
  hasher.AddU64(question.sets_size());
  for (const v1::GroupingSet& set : question.sets()) {
    hasher.AddU64(set.dimensions_size());
    for (const uint32_t dimension : set.dimensions()) hasher.AddU64(dimension);
  }
  return crypto::Retype<QuestionDigest>(hasher.Finish());
}

std::vector<std::optional<std::string>> BinLabels(const v1::Dimension& dimension,
                                                  const v1::Column& column) {
  std::vector<std::optional<std::string>> labels;
  switch (ShapeOf(column)) {
    case Shape::kCodes:
      for (const v1::Code& code : column.codes()) labels.push_back(CodeLabel(code));
      break;
    case Shape::kNumber:
      for (int i = 0; i + 1 < column.breaks_size(); ++i) labels.push_back(BandLabel(column, i));
      break;
    default: {
      const std::vector<int64_t> edges = BinEdges(column, dimension.unit());
      for (size_t i = 0; i + 1 < edges.size(); ++i) {
        labels.push_back(PeriodLabel(edges[i], governance::UnitOf(dimension.unit())));
      }
    }
  }
  if (!column.required()) labels.push_back(std::nullopt);
  return labels;
}

CellSpace::CellSpace(const v1::Question& question, const v1::Standard& standard)
    : partials_(question.partials_size()) {
  for (const v1::Dimension& dimension : question.dimensions()) {
    bins_.push_back(BinCount(standard.columns(dimension.column()), dimension.unit()));
  }
  for (const v1::GroupingSet& set : question.sets()) {
    set_dimensions_.emplace_back(set.dimensions().begin(), set.dimensions().end());
    size_t cells = 1;
    for (const uint32_t dimension : set.dimensions()) cells *= bins_[dimension];
    set_offsets_.push_back(total_cells_);
    set_cells_.push_back(cells);
    total_cells_ += cells;
  }
}

size_t CellSpace::ValueIndex(size_t partial, size_t set, size_t cell) const {
  return partial * total_cells_ + set_offsets_[set] + cell;
}

std::vector<size_t> CellSpace::BinsOf(size_t set, size_t cell) const {
  std::vector<size_t> bins(set_dimensions_[set].size());
  for (size_t i = bins.size(); i-- > 0;) {
    const size_t count = bins_[set_dimensions_[set][i]];
    bins[i] = cell % count;
    cell /= count;
  }
  return bins;
}

uint32_t RowsPerPerson(const v1::Standard& standard) {
  return std::max(standard.max_rows_per_person(), 1u);
}

uint32_t RowsPerPersonAndCell(const v1::Standard& standard) {
  const uint32_t stated = standard.max_rows_per_person_and_cell();
  return stated == 0 ? RowsPerPerson(standard) : std::min(stated, RowsPerPerson(standard));
}

bool BoundsRowsPerCell(const v1::Question& question, const v1::Standard& standard) {
  return question.release() != v1::OPEN && !standard.entity().empty() &&
         RowsPerPersonAndCell(standard) < RowsPerPerson(standard);
}

privacy::Sensitivity SensitivityOf(const v1::Question& question, const v1::Standard& standard) {
  return {.sets_times_responses = static_cast<uint64_t>(question.sets_size()),
          .rows_per_person = RowsPerPerson(standard),
          .owners_per_person = std::max(standard.max_owners_per_person(), 1u),
          .rows_per_person_and_cell = RowsPerPersonAndCell(standard),
          .cells = CellSpace(question, standard).total_cells()};
}

absl::StatusOr<Spending> SpendingOf(const v1::Question& question, const v1::Standard& standard) {
  if (question.release() == v1::OPEN) return Spending();
  std::vector<privacy::PartialKind> kinds;
  for (const v1::Partial& partial : question.partials()) kinds.push_back(KindOf(partial.kind()));
  absl::StatusOr<Spending> cost = privacy::CostOfQuestion(
      kinds, SensitivityOf(question, standard), static_cast<privacy::NoiseClass>(question.noise()));
  if (absl::IsFailedPrecondition(cost.status())) {
    return governance::Refuse(
        v1::TOO_SENSITIVE, absl::StrCat(cost.status().message(), "; ", WayOut(question, standard)));
  }
  return cost;
}

absl::StatusOr<uint64_t> CostOf(const v1::Question& question, const v1::Standard& standard) {
  ASSIGN_OR_RETURN(const Spending cost, SpendingOf(question, standard));
  return cost.total_micro_rho();
}

std::vector<uint32_t> ColumnsOf(const v1::Question& question) {
  std::set<uint32_t> columns;
  for (const v1::Partial& partial : question.partials()) {
    if (IsSum(partial) || partial.kind() == v1::COUNT_VALUES) columns.insert(partial.column());
  }
  for (const v1::Dimension& dimension : question.dimensions()) columns.insert(dimension.column());
  for (const v1::Filter& filter : question.filters()) columns.insert(filter.column());
  return {columns.begin(), columns.end()};
}

std::vector<absl::int128> ValuesOf(const v1::Question& question, const CellSpace& space,
                                   const std::vector<std::vector<absl::int128>>& base) {
  std::vector<absl::int128> values(space.values());
  for (size_t cell = 0; cell < space.cells(0); ++cell) {
    const std::vector<size_t> bins = space.BinsOf(0, cell);
    for (size_t set = 0; set < space.sets(); ++set) {
      size_t target = 0;
      for (const uint32_t dimension : question.sets(set).dimensions()) {
        target = target * space.bins()[dimension] + bins[dimension];
      }
      for (size_t partial = 0; partial < base.size(); ++partial) {
        values[space.ValueIndex(partial, set, target)] += base[partial][cell];
      }
    }
  }
  return values;
}

}  // namespace commons::query
