#include "governance/kinds/commons/leave.h"

#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(LeaveKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Found();
  v1::Leave leave;
  ASSERT_TRUE(leave.ParseFromString(DraftLeave(c.Fold(), c.orgs[1].id, c.now)));
  ExpectRefusals<v1::Leave>(kLeaveKind, leave,
                            {
                                {[](auto& p) { p.mutable_header()->set_chain("leaves"); },
                                 v1::MALFORMED, "chain must be 'leave'"},
                                {[](auto& p) { p.mutable_header()->set_version(2); }, v1::MALFORMED,
                                 "prev is absent only in version 1"},
                            });
}

TEST(LeaveKind, DraftIsTheNextOfItsChain) {
  TestCommons c({});
  c.Found();
  c.Leave(c.orgs[1]);
  v1::Leave again;
  ASSERT_TRUE(again.ParseFromString(DraftLeave(c.Fold(), c.orgs[1].id, c.now)));
  EXPECT_EQ(again.header().version(), 2u);
  EXPECT_EQ(again.header().prev(0), c.Fold().TipOf(c.orgs[1].id, kLeaveChain).id.view());
}

}  // namespace
}  // namespace commons::governance
