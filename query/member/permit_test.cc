// Codes that only one owner can have.
#include "query/member/permit.h"

#include "gtest/gtest.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

using testing::Federation;

testing::Options FourMembers() {
  testing::Options options;
  options.members = 4;
  return options;
}

// region: north is member 0's alone, south member 1's; missing is anybody's. Rules ask for three
// members: without any one of the four, the others could answer.
class ExclusiveCodesTest : public ::testing::Test {
 protected:
  ExclusiveCodesTest() {
    v1::Standard standard = testing::VisitsStandard();
    for (int i = 0; i < 2; ++i) {
      standard.mutable_columns(1)->mutable_codes(i)->set_exclusive_org(
          f.nodes[static_cast<size_t>(i)]->org.ToBytes());
    }
    f.SetStandard(standard);
    for (size_t member : {0, 1, 2, 3}) Allow(member, v1::ALLOW);
  }
  void Allow(size_t member, v1::ExclusiveCells cells) {
    v1::Rule rule = testing::DefaultRule();
    rule.set_exclusive_cells(cells);
    f.SetRule(member, rule);
  }
  v1::Reason Asking(const std::string& sql) { return f.Ask(sql).refusal().reason(); }
  Federation f{FourMembers()};
};

constexpr const char* kUses[] = {
    "SELECT COUNT(*) FROM visits WHERE region = 'south'",
    "SELECT COUNT(*) FROM visits WHERE region <> 'south'",
    "SELECT COUNT(*) FROM visits WHERE region = 'north'",
    "SELECT COUNT(*) FROM visits WHERE region NOT IN ('south')",
    "SELECT COUNT(*) FROM visits WHERE region IN ('north', 'south')",
    "SELECT COUNT(*) FROM visits WHERE region IS NULL",
    "SELECT region, COUNT(*) FROM visits GROUP BY region",
    "SELECT region, COUNT(*) FROM visits WHERE region = 'north' GROUP BY region"};

TEST_F(ExclusiveCodesTest, WhoeverHasOneMustAllowItOnBothSidesOfAFilter) {
  Allow(1, v1::REFUSE);
  for (const char* sql : kUses) EXPECT_EQ(Asking(sql), v1::EXCLUSIVE_CELLS) << sql;
  EXPECT_EQ(Asking("SELECT COUNT(*) FROM visits"), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(Asking("SELECT sex, COUNT(*) FROM visits GROUP BY sex"), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(Asking("SELECT COUNT(*) FROM visits WHERE sex = 'F'"), v1::REASON_UNSPECIFIED);
}

// Each member refuses by itself, also one that has no such code and allows its own: an asker could
// leave out the owner that does not.
TEST_F(ExclusiveCodesTest, EveryMemberLooksAtEveryOwnersRules) {
  for (const char* sql : kUses) {
    Allow(1, v1::ALLOW);
    testing::Exchange x(f, sql);
    Allow(1, v1::REFUSE);
    for (const size_t member : {0, 2, 3}) {
      v1::ProposeReply reply;
      ASSERT_TRUE(reply.ParseFromString(x.Propose(member).payload()));
      EXPECT_EQ(reply.refusal().reason(), v1::EXCLUSIVE_CELLS) << sql;
      EXPECT_EQ(reply.refusal().message(),
                "only member-01 can have a code of a column that is grouped or filtered by, and "
                "its rules do not allow that")
          << sql;
    }
  }
}

TEST_F(ExclusiveCodesTest, AllowedByThoseWhoHaveThem) {
  Allow(2, v1::REFUSE);  // it has none
  for (const char* sql : kUses) EXPECT_EQ(Asking(sql), v1::REASON_UNSPECIFIED) << sql;
}

}  // namespace
}  // namespace commons::query
