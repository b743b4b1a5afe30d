#include "query/member/membership_age.h"

#include <vector>

#include "governance/document/refusal.h"
#include "gtest/gtest.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

using testing::Federation;

class MembershipAgeTest : public ::testing::Test {
 protected:
  MembershipAgeTest() {
    for (const auto& node : f.nodes) members.push_back(node->org);
    rule.set_min_members(3);
    rule.set_min_membership_days(10);
  }
  v1::Reason Told() const {
    const absl::Status age = CheckMembershipAge(rule, members, *f.reg(), f.clock.Now());
    return age.ok() ? v1::REASON_UNSPECIFIED : governance::ReasonOf(age);
  }

  Federation f;
  v1::Rule rule;
  std::vector<OrgId> members;
};

TEST_F(MembershipAgeTest, CountsWholeDaysSinceTheAdmissionWasSeen) {
  const absl::Time admitted = f.reg()->FindMember(members[0])->admitted_at;
  f.clock.Advance(admitted + absl::Hours(240) - f.clock.Now() - absl::Seconds(1));
  EXPECT_EQ(Told(), v1::TOO_FEW_MEMBERS);
  f.clock.Advance(absl::Seconds(1));
  EXPECT_EQ(Told(), v1::REASON_UNSPECIFIED);
  members.pop_back();
  EXPECT_EQ(Told(), v1::TOO_FEW_MEMBERS) << "of those that answer";
  members.push_back(OrgId());
  EXPECT_EQ(Told(), v1::TOO_FEW_MEMBERS) << "who is no member";
  rule.set_min_members(2);
  EXPECT_EQ(Told(), v1::REASON_UNSPECIFIED);
}

TEST_F(MembershipAgeTest, WithoutDaysNobodyIsTooNew) {
  rule.set_min_membership_days(0);
  members.clear();
  EXPECT_EQ(Told(), v1::REASON_UNSPECIFIED);
}

}  // namespace
}  // namespace commons::query
