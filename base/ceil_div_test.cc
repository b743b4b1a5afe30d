#include "base/ceil_div.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace commons {
namespace {

// The least q with q * by >= value.
TEST(CeilDivTest, IsTheLeastThatReaches) {
  for (uint32_t value = 0; value < 200; ++value) {
    for (uint32_t by = 1; by < 20; ++by) {
      uint32_t least = 0;
      while (least * by < value) ++least;
      EXPECT_EQ(CeilDiv(value, by), least) << value << " by " << by;
    }
  }
}

TEST(CeilDivTest, DoesNotOverflow) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  EXPECT_EQ(CeilDiv(kMax, uint64_t{2}), uint64_t{1} << 63);
  EXPECT_EQ(CeilDiv(kMax, kMax), 1u);
}

}  // namespace
}  // namespace commons
