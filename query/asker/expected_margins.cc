#include "query/asker/expected_margins.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "privacy/estimate.h"
#include "privacy/noise.h"
#include "query/question/cell_space.h"
#include "query/release/percentile.h"
#include "query/release/present_cells.h"

namespace commons::query {
namespace {

using Kind = OutputMeasure::Kind;

constexpr int64_t kSizes[] = {100, 1'000, 10'000};
constexpr auto kStepsToAnEnd = static_cast<int64_t>(privacy::kSumSteps);  // of the clip

double MarginOf(Kind kind, int64_t values, const privacy::Clip& clip,
                const privacy::TotalNoise& noise) {
  if (kind == Kind::kSum) return privacy::EstimateSum({values, 0, 0}, clip, noise).margin95;
  return privacy::EstimateAverage({values, kStepsToAnEnd * values, 0}, clip, noise)->margin95;
}

}  // namespace

std::vector<v1::MeasureMargin> ExpectedMargins(const Plan& plan, const v1::Standard& standard,
                                               int64_t count_margin95, uint32_t members,
                                               uint32_t colluders) {
  const auto noise = privacy::NoiseOfTotals(static_cast<privacy::NoiseClass>(plan.question.noise()),
                                            members, colluders);
  std::vector<v1::MeasureMargin> margins;
  const auto add = [&](const OutputMeasure& measure, uint32_t values, std::string margin95) {
    v1::MeasureMargin& entry = margins.emplace_back();
    entry.set_measure(measure.name);
    entry.set_values(values);
    entry.set_margin95(std::move(margin95));
  };
  for (const OutputMeasure& measure : plan.measures) {
    switch (measure.kind) {
      case Kind::kPercentile:
      case Kind::kPercentileValue: {
        const auto bands = BandsOf(plan.question, measure.column, standard);
        for (const int64_t values : kSizes) {
          add(measure, values,
              EvenPercentileMargin(measure, standard.columns(measure.column), bands, values,
                                   noise.count_variance));
        }
        break;
      }
      case Kind::kCount:
      case Kind::kCountPersons:
      case Kind::kCountValues:
        add(measure, 0, absl::StrCat(count_margin95));
        break;
      case Kind::kSum:
      case Kind::kAverage:
        for (const int64_t values : kSizes) {
          add(measure, values,
              MarginText(
                  MarginOf(measure.kind, values, ClipOf(standard.columns(measure.column)), noise)));
        }
        break;
      case Kind::kVariance:
      case Kind::kStddev:
        add(measure, 0, "null");
        break;
    }
  }
  return margins;
}

}  // namespace commons::query
