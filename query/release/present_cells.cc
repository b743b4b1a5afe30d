#include "query/release/present_cells.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/decimal.h"
#include "governance/document/refusal.h"
#include "privacy/estimate.h"
#include "privacy/present.h"
#include "query/question/cell_space.h"
#include "query/question/kept_bins.h"
#include "query/question/partials.h"
#include "query/question/question.h"
#include "query/release/cell_order.h"
#include "query/release/exact.h"
#include "query/release/figure.h"
#include "query/release/output_levels.h"
#include "query/release/percentile.h"
#include "query/release/release.h"
#include "query/release/roster.h"
#include "query/release/wire.h"

namespace commons::query {
namespace {

using Kind = OutputMeasure::Kind;

privacy::Bounds BoundsOf(Kind kind, int64_t count, const privacy::Clip& clip) {
  switch (kind) {
    case Kind::kSum:
      return privacy::SumBounds(count, clip);
    case Kind::kAverage:
      return privacy::AverageBounds(clip);
    case Kind::kVariance:
      return privacy::VarianceBounds(count, clip);
    default:
      return privacy::StddevBounds(count, clip);
  }
}

class Presenter {
 public:
  Presenter(const Plan& plan, const v1::Standard& standard, const v1::ReleaseRecord& release,
            const CellSpace& space, std::vector<absl::int128> totals)
      : plan_(plan),
        standard_(standard),
        roster_(release.roster()),
        space_(space),
        totals_(std::move(totals)),
        open_(release.question().release() == v1::OPEN) {
    if (open_) return;
    const uint32_t members = roster_.votes_size();
    AddTables({roster_.threshold(), roster_.rounding(), roster_.flips_share() * members});
    noise_ = privacy::NoiseOfTotals(static_cast<privacy::NoiseClass>(release.question().noise()),
                                    members, roster_.colluders());
  }

  absl::StatusOr<Shown> Show(const OutputMeasure& measure, size_t set, size_t cell) const {
    switch (measure.kind) {
      case Kind::kCount:
        return ShowCount(measure, v1::COUNT_ROWS, set, cell);
      case Kind::kCountPersons:
        return ShowCount(measure, v1::COUNT_PERSONS, set, cell);
      case Kind::kCountValues:
        return ShowCount(measure, v1::COUNT_VALUES, set, cell);
      case Kind::kPercentile:
      case Kind::kPercentileValue:
        return ShowPercentile(measure, set, cell);
      default:
        break;
    }
    Shown shown;
    shown.value.set_measure(measure.name);
    // Every row of a required column has a value.
    const bool required = standard_.columns(measure.column).required();
    ASSIGN_OR_RETURN(const int counted,
                     PartialOf(required ? v1::COUNT_ROWS : v1::COUNT_VALUES, measure));
    const absl::int128 count = totals_[space_.ValueIndex(counted, set, cell)];
    ASSIGN_OR_RETURN(const absl::int128 sum, Total(v1::SUM_VALUES, measure, set, cell));
    absl::int128 squares = 0;
    if (measure.kind == Kind::kVariance || measure.kind == Kind::kStddev) {
      ASSIGN_OR_RETURN(squares, Total(v1::SUM_SQUARES, measure, set, cell));
    }
    if (open_) {
      ShowExact(measure, {count, sum, squares}, shown);
    } else {
      ShowEstimate(measure, tables_.at(counted), {count, sum, squares}, shown);
    }
    return shown;
  }

 private:
  // All cells of each counted partial are one table; those in bands, by what each cell's add up to.
  void AddTables(const privacy::PresentRules& rules) {
    const auto& partials = plan_.question.partials();
    for (int p = 0; p < partials.size(); ++p) {
      if (IsSum(partials[p])) continue;
      std::vector<int64_t> counts;
      for (size_t set = 0; set < space_.sets(); ++set) {
        for (size_t cell = 0; cell < space_.cells(set); ++cell) {
          absl::int128 sum = 0;
          for (const absl::int128& count : CountsOf(p, set, cell)) sum += count;
          counts.push_back(static_cast<int64_t>(sum));
        }
      }
      privacy::PresentRules of_sums = rules;
      of_sums.coins *= space_.width(p);
      tables_.emplace(p, privacy::CountTable(counts, of_sums));
    }
  }
  absl::Span<const absl::int128> CountsOf(int partial, size_t set, size_t cell) const {
    return absl::MakeConstSpan(totals_).subspan(space_.ValueIndex(partial, set, cell),
                                                space_.width(partial));
  }

  absl::StatusOr<int> PartialOf(v1::PartialKind kind, const OutputMeasure& measure) const {
    const bool whole = kind == v1::COUNT_ROWS || kind == v1::COUNT_PERSONS;
    const int found = FindPartial(plan_.question, kind, whole ? 0 : measure.column, measure.rows);
    if (found >= 0) return found;
    return absl::InternalError("answer: the question lacks a partial of its measure");
  }
  absl::StatusOr<absl::int128> Total(v1::PartialKind kind, const OutputMeasure& measure, size_t set,
                                     size_t cell) const {
    ASSIGN_OR_RETURN(const int partial, PartialOf(kind, measure));
    return totals_[space_.ValueIndex(partial, set, cell)];
  }

  absl::StatusOr<Shown> ShowCount(const OutputMeasure& measure, v1::PartialKind kind, size_t set,
                                  size_t cell) const {
    ASSIGN_OR_RETURN(const int counted, PartialOf(kind, measure));
    const absl::int128 total = totals_[space_.ValueIndex(counted, set, cell)];
    Shown shown;
    shown.value.set_measure(measure.name);
    if (open_) {
      SetExact(shown.value);
      shown.value.set_value(FormatDecimal(total, 0));
      shown.sort_key = static_cast<long double>(total);
      return shown;
    }
    const auto count = tables_.at(counted).Present(static_cast<int64_t>(total));
    if (count.status == privacy::CellStatus::kSuppressed) {
      Suppress(count.reason, shown.value);
      return shown;
    }
    shown.value.set_status(count.status == privacy::CellStatus::kReleased
                               ? v1::CellValue::RELEASED
                               : v1::CellValue::UNRELIABLE);
    shown.value.set_value(absl::StrCat(count.value));
    shown.value.set_margin95(absl::StrCat(count.margin95));
    shown.value.set_noise_sd(Rounded(std::sqrt(noise_.count_variance)));
    shown.sort_key = count.value;
    return shown;
  }

  void ShowExact(const OutputMeasure& measure, const ExactTotals& totals, Shown& shown) const {
    const uint32_t decimals = standard_.columns(measure.column).decimals();
    SetExact(shown.value);
    if (measure.kind == Kind::kSum) {
      if (totals.count <= 0) return;
      shown.value.set_value(FormatDecimal(totals.sum, decimals));
      shown.sort_key = static_cast<long double>(totals.sum);
      return;
    }
    const auto value = measure.kind == Kind::kAverage    ? ExactAverage(totals, decimals)
                       : measure.kind == Kind::kVariance ? ExactVariance(totals, decimals)
                                                         : ExactStddev(totals, decimals);
    if (!value.has_value()) return;
    shown.value.set_value(ShortestDouble(*value));
    shown.sort_key = *value;
  }

  absl::StatusOr<privacy::Estimate> EstimateOf(Kind kind, const privacy::Totals& totals,
                                               const privacy::Clip& clip) const {
    switch (kind) {
      case Kind::kSum:
        return privacy::EstimateSum(totals, clip, noise_);
      case Kind::kAverage:
        return privacy::EstimateAverage(totals, clip, noise_);
      case Kind::kVariance:
        return privacy::EstimateVariance(totals, clip, noise_);
      default:
        return privacy::EstimateStddev(totals, clip, noise_);
    }
  }

  // It has a status of its own: of many people little may be known of what they earn.
  void ShowEstimate(const OutputMeasure& measure, const privacy::CountTable& counts,
                    const ExactTotals& totals, Shown& shown) const {
    const v1::Column& column = standard_.columns(measure.column);
    const auto people = static_cast<int64_t>(totals.count);
    const auto count = counts.Present(people);
    if (count.status == privacy::CellStatus::kSuppressed) {
      Suppress(count.reason, shown.value);
      return;
    }
    const privacy::Clip clip = ClipOf(column);
    auto estimate = EstimateOf(
        measure.kind,
        {people, static_cast<int64_t>(totals.sum), static_cast<int64_t>(totals.squares)}, clip);
    const auto status = estimate.ok()
                            ? privacy::StatusOf(BoundsOf(measure.kind, people, clip), &*estimate)
                            : privacy::EstimateStatus::kSuppressed;
    if (status == privacy::EstimateStatus::kSuppressed) {
      Suppress(privacy::SuppressReason::kBelowNoise, shown.value);
      return;
    }
    const int digits = measure.kind == Kind::kSum ? static_cast<int>(column.decimals())
                                                  : DecimalsFor(estimate->margin95);
    SetEstimate(*estimate, status, digits, shown);
  }

  absl::StatusOr<Shown> ShowPercentile(const OutputMeasure& measure, size_t set,
                                       size_t cell) const {
    ASSIGN_OR_RETURN(const int counted, PartialOf(v1::COUNT_BANDS, measure));
    const BandedCell banded{&standard_.columns(static_cast<int>(measure.column)),
                            &space_.bands(counted), CountsOf(counted, set, cell)};
    Shown shown;
    shown.value.set_measure(measure.name);
    if (open_) {
      ShowOpenPercentile(measure, banded, shown);
    } else {
      ShowProtectedPercentile(measure, banded, tables_.at(counted), noise_.count_variance, shown);
    }
    return shown;
  }

  const Plan& plan_;
  const v1::Standard& standard_;
  const v1::Roster& roster_;
  const CellSpace& space_;
  const std::vector<absl::int128> totals_;
  const bool open_;
  std::map<int, privacy::CountTable> tables_;  // by partial
  privacy::TotalNoise noise_;
};

struct Row {
  v1::Cell cell;
  CellRank rank;
};

}  // namespace

absl::StatusOr<std::vector<v1::Cell>> PresentCells(const Plan& plan, const v1::Standard& standard,
                                                   const v1::ReleaseRecord& release) {
  const CellSpace space(plan.question, standard);
  ASSIGN_OR_RETURN(auto totals, DecodeValues(release.totals(), space.values(),
                                             plan.question.release() == v1::OPEN));
  const Presenter presenter(plan, standard, release, space, std::move(totals));
  std::vector<std::vector<std::optional<std::string>>> labels;
  std::vector<std::vector<size_t>> places;
  std::vector<OutputLevels> levels;
  for (const OutputDimension& output : plan.dimensions) {
    const v1::Column& column = standard.columns(static_cast<int>(output.level.column()));
    const std::vector<uint32_t> kept = FirstBins(plan.question, output.level, standard);
    labels.push_back(LabelsOf(output, output.level, column, kept));
    places.push_back(PlacesOf(output, output.level, column, kept));
    levels.emplace_back(output, plan.question, standard);
  }

  std::vector<Row> rows;
  for (size_t set = 0; set < space.sets(); ++set) {
    const auto& in_set = plan.question.sets(set).dimensions();
    for (size_t cell = 0; cell < space.cells(set); ++cell) {
      Row row;
      row.rank.set = set;
      const std::vector<size_t> bins = space.BinsOf(set, cell);
      for (size_t d = 0; d < plan.dimensions.size(); ++d) {
        const OutputDimension& output = plan.dimensions[d];
        row.rank.bins.push_back(labels[d].size());
        row.rank.places.push_back(labels[d].size());
        const std::optional<size_t> found = levels[d].CellOf(in_set, bins);
        if (!found.has_value()) continue;  // rolled up
        const size_t bin = *found;
        row.rank.places.back() = places[d][bin];
        row.rank.bins.back() = output.labels.empty() ? bin : places[d][bin];
        const std::optional<std::string>& label = labels[d][bin];
        v1::KeyPart* part = row.cell.add_key();
        part->set_dimension(output.name);
        part->set_kind(label.has_value() ? v1::KeyPart::LABEL : v1::KeyPart::MISSING);
        part->set_label(label.value_or(""));
      }
      for (const OutputMeasure& measure : plan.measures) {
        ASSIGN_OR_RETURN(Shown shown, presenter.Show(measure, set, cell));
        *row.cell.add_values() = std::move(shown.value);
        row.rank.measures.push_back(shown.sort_key);
      }
      rows.push_back(std::move(row));
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    return Before(a.rank, b.rank, plan.order_by);
  });
  if (plan.limit.has_value() && *plan.limit < rows.size()) rows.resize(*plan.limit);
  std::vector<v1::Cell> cells;
  for (Row& row : rows) cells.push_back(std::move(row.cell));
  return cells;
}

privacy::Clip ClipOf(const v1::Column& column) {
  const double scale = std::pow(10.0, column.decimals());
  return {column.clip_low() / scale, column.clip_high() / scale};
}

std::string MarginText(double margin) { return Upwards(margin, DecimalsFor(margin)); }

double SigmaOf(const v1::Roster& roster, uint32_t members) {
  if (roster.release() == v1::OPEN) return 0;
  return std::sqrt(privacy::NoiseVariance(roster.flips_share(), members));
}

}  // namespace commons::query
