#include "query/release/figure.h"

#include <string>
#include <tuple>

#include "gtest/gtest.h"

namespace commons::query {
namespace {

Shown Figure(double value, double margin, int digits) {
  privacy::Estimate estimate;
  estimate.value = value;
  estimate.margin95 = margin;
  Shown shown;
  SetEstimate(estimate, privacy::EstimateStatus::kReleased, digits, shown);
  return shown;
}

// Two that are read alike have no order of their own, or the order would say what is not shown.
TEST(Figure, IsSortedByWhatIsShown) {
  for (const auto& [a, b, digits] :
       {std::tuple(12.4, 11.6, 0), {0.124, 0.116, 2}, {-3.04, -2.96, 1}, {-0.2, 0.2, 0}}) {
    const Shown left = Figure(a, 1, digits), right = Figure(b, 1, digits);
    EXPECT_EQ(left.value.value(), right.value.value());
    EXPECT_EQ(left.sort_key, right.sort_key) << a;
    EXPECT_EQ(left.sort_key, std::stold(left.value.value()));
  }
  EXPECT_LT(Figure(11.4, 1, 0).sort_key, Figure(11.6, 1, 0).sort_key);
}

}  // namespace
}  // namespace commons::query
