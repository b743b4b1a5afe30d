#include "clients/office/import/forecast.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/period.h"
#include "governance/document/collusion.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"
#include "privacy/cost.h"
#include "privacy/estimate.h"
#include "privacy/noise.h"
#include "privacy/present.h"

namespace commons::clients {
namespace {

using privacy::PartialKind;

constexpr size_t kTableDimensions = 3;

privacy::NoiseClass ClassOf(const v1::Rule& rule) {
  return static_cast<privacy::NoiseClass>(rule.noise());
}

uint64_t BinsOf(const v1::Column& column) {
  const uint64_t missing = column.required() ? 0 : 1;
  if (column.codes_size() > 0) return column.codes_size() + missing;
  if (column.breaks_size() > 1) return column.breaks_size() - 1 + missing;
  return CountPeriods(column.period_from(), column.period_to(), governance::UnitOf(column)) +
         missing;
}

privacy::Sensitivity SensitivityOf(const v1::Standard& standard, uint64_t cells) {
  const uint32_t rows = std::max(standard.max_rows_per_person(), 1u);
  const uint32_t in_cell = standard.max_rows_per_person_and_cell();
  return {.rows_per_person = rows,
          .owners_per_person = std::max(standard.max_owners_per_person(), 1u),
          .rows_per_person_and_cell = in_cell == 0 ? rows : std::min(in_cell, rows),
          .cells = cells};
}

// Question, cost and how many a year; what is wrong instead.
ForecastedQuestion Priced(std::string question, const std::vector<PartialKind>& partials,
                          const v1::Standard& standard, const v1::Rule& rule, uint64_t cells) {
  ForecastedQuestion forecast;
  forecast.question = std::move(question);
  if (rule.release() == v1::OPEN) return forecast;
  const auto cost =
      privacy::CostOfQuestion(partials, SensitivityOf(standard, cells), ClassOf(rule));
  if (!cost.ok()) {
    forecast.refused = std::string(cost.status().message());
    return forecast;
  }
  forecast.cost_micro_rho = cost->total_micro_rho();
  forecast.a_year = rule.yearly_budget_micro_rho() / std::max<uint64_t>(forecast.cost_micro_rho, 1);
  return forecast;
}

std::string CountMargin(const v1::Rule& rule, uint32_t members) {
  if (rule.release() == v1::OPEN) return "0";
  const privacy::NoisePlan plan = privacy::PlanNoise(
      privacy::FlipsOf(ClassOf(rule)), members, members, governance::CollusionOf(rule.collusion()));
  return absl::StrCat(
      privacy::CountMargin95({rule.threshold(), rule.rounding(), plan.flips_share * plan.members}));
}

std::string MeanMargin(const v1::Column& column, const v1::Rule& rule, uint32_t members,
                       uint64_t rows) {
  if (rule.release() == v1::OPEN) return "0";
  const double scale = std::pow(10, column.decimals());
  const privacy::Clip clip{static_cast<double>(column.clip_low()) / scale,
                           static_cast<double>(column.clip_high()) / scale};
  const uint32_t colluders =
      privacy::ColludersOf(members, members, governance::CollusionOf(rule.collusion()));
  const auto mean =
      privacy::EstimateAverage({static_cast<int64_t>(rows), 0, 0}, clip,
                               privacy::NoiseOfTotals(ClassOf(rule), members, colluders));
  return mean.ok() ? absl::StrFormat("%.3g", mean->margin95) : "";
}

std::string TableName(const std::vector<const v1::Column*>& columns, uint64_t cells) {
  return absl::StrCat("COUNT(*) by ",
                      absl::StrJoin(columns, ", ",
                                    [](std::string* out, const auto* column) {
                                      absl::StrAppend(out, column->name());
                                    }),
                      ": ", cells, " cells, each");
}

}  // namespace

std::vector<const v1::Column*> TableColumns(const v1::Standard& standard) {
  std::vector<const v1::Column*> columns;
  uint64_t cells = 1;
  for (const v1::Column& column : standard.columns()) {
    if (columns.size() == kTableDimensions) break;
    const bool takes = governance::IsDimension(column) && !governance::HasResponses(column) &&
                       column.name() != standard.entity();
    const uint64_t bins = BinsOf(column);
    if (!takes || bins == 0 || bins > limits::kCells / cells) continue;
    cells *= bins;
    columns.push_back(&column);
  }
  return columns;
}

std::vector<ForecastedQuestion> Forecast(const v1::Standard& standard, const v1::Rule& rule,
                                         uint32_t members, uint64_t rows) {
  const std::string count_margin = CountMargin(rule, members);
  std::vector<ForecastedQuestion> forecast = {
      Priced("COUNT(*)", {PartialKind::kCountRows}, standard, rule, 1)};
  forecast.back().margin95 = count_margin;
  for (const v1::Column& column : standard.columns()) {
    if (!governance::IsMeasure(column) || !column.has_clip()) continue;
    const auto counted = column.required() ? PartialKind::kCountRows : PartialKind::kCountValues;
    forecast.push_back(Priced(absl::StrCat("AVG(", column.name(), ") of all rows"),
                              {counted, PartialKind::kSum}, standard, rule, 1));
    forecast.back().margin95 = MeanMargin(column, rule, members, rows);
  }
  const auto columns = TableColumns(standard);
  if (columns.empty()) return forecast;
  uint64_t cells = 1;
  for (const v1::Column* column : columns) cells *= BinsOf(*column);
  forecast.push_back(
      Priced(TableName(columns, cells), {PartialKind::kCountRows}, standard, rule, cells));
  forecast.back().margin95 = count_margin;
  return forecast;
}

std::string NeverAnswered(const v1::Standard& standard, const v1::Rule& rule) {
  const ForecastedQuestion count = Priced("COUNT(*)", {PartialKind::kCountRows}, standard, rule, 1);
  if (!count.refused.empty()) {
    return absl::StrCat("not even COUNT(*) is answered (TOO_SENSITIVE): ", count.refused,
                        "; lower commons:max_rows_per_person_and_cell or "
                        "commons:max_owners_per_person, or have the rules say noise = \"broad\"");
  }
  if (count.cost_micro_rho <= rule.yearly_budget_micro_rho()) return "";
  return absl::StrCat("not even COUNT(*) is answered: it costs ", count.cost_micro_rho,
                      " micro-rho, more than a year's budget of ", rule.yearly_budget_micro_rho(),
                      "; lower commons:max_rows_per_person");
}

}  // namespace commons::clients
