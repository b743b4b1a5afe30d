#include "governance/exchange/catch_up.h"

#include <gtest/gtest.h>

namespace commons::governance {
namespace {

TEST(CatchUp, QuorumIsTheTableInTheRules) {
  EXPECT_EQ(CatchUpQuorum(1), 0u);
  EXPECT_EQ(CatchUpQuorum(2), 1u);
  EXPECT_EQ(CatchUpQuorum(3), 1u);
  EXPECT_EQ(CatchUpQuorum(4), 2u);
  EXPECT_EQ(CatchUpQuorum(5), 2u);
}

// Any set of witnesses and any set that shows meet in somebody.
TEST(CatchUp, WhoeverWitnessedAndWhoeverShowsOverlap) {
  for (size_t n = 2; n <= 256; ++n) {
    const size_t others = n - 1;
    const size_t witnesses = others / 2 + 1;
    EXPECT_GT(witnesses + CatchUpQuorum(n), others);
    EXPECT_LE(CatchUpQuorum(n), others);
  }
}

}  // namespace
}  // namespace commons::governance
