#include "query/asker/attendance.h"

#include "governance/document/refusal.h"
#include "gtest/gtest.h"

namespace commons::query {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class AttendanceTest : public ::testing::Test {
 protected:
  bool MayAsk(absl::Time now) { return attendance.MayAsk(member, now).ok(); }

  Attendance attendance;
  governance::Organisation member;
};

TEST_F(AttendanceTest, ThreeMissesInADayLeaveOutForADay) {
  for (const int hours : {0, 1, 24}) {
    EXPECT_TRUE(MayAsk(kNow + absl::Hours(hours)));
    attendance.Missed(member.id, kNow + absl::Hours(hours));
  }
  const absl::Time third = kNow + absl::Hours(24);
  EXPECT_EQ(governance::ReasonOf(attendance.MayAsk(member, third)), v1::ABORT_LIMIT);
  EXPECT_FALSE(MayAsk(third + absl::Hours(24) - absl::Seconds(1)));
  governance::Organisation another;
  another.id = *OrgId::FromBytes(std::string(32, 'x'));
  EXPECT_TRUE(attendance.MayAsk(another, third).ok());
  EXPECT_TRUE(MayAsk(third + absl::Hours(24)));
  attendance.Missed(member.id, third + absl::Hours(25));  // it starts from nothing again
  EXPECT_TRUE(MayAsk(third + absl::Hours(25)));
}

TEST_F(AttendanceTest, MissesThatAreFarApartDoNotAddUp) {
  for (int i = 0; i < 10; ++i) {
    attendance.Missed(member.id, kNow + i * absl::Hours(13));
    EXPECT_TRUE(MayAsk(kNow + i * absl::Hours(13)));
  }
}

TEST_F(AttendanceTest, RemembersTheLastTime) {
  EXPECT_EQ(attendance.LastTook(member.id), absl::ZeroDuration());
  attendance.Took(member.id, absl::Seconds(2));
  attendance.Took(member.id, absl::Seconds(1));
  EXPECT_EQ(attendance.LastTook(member.id), absl::Seconds(1));
  EXPECT_TRUE(MayAsk(kNow)) << "slow is not lost";
}

TEST_F(AttendanceTest, AnExpiredAddressIsNotAsked) {
  member.info.emplace();
  member.info->set_expires_at(absl::ToUnixSeconds(kNow));
  EXPECT_TRUE(MayAsk(kNow - absl::Seconds(1)));
  EXPECT_TRUE(absl::IsUnavailable(attendance.MayAsk(member, kNow)));
}

}  // namespace
}  // namespace commons::query
