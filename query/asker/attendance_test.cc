#include "query/asker/attendance.h"

#include "governance/document/refusal.h"
#include "gtest/gtest.h"

namespace commons::query {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

class AttendanceTest : public ::testing::Test {
 protected:
  // In a question that began then.
  void Miss(absl::Time began) {
    attendance.Missed(member.id, began, began + absl::Milliseconds(10));
  }
  bool MayAsk(absl::Time now) { return attendance.MayAsk(member, now).ok(); }

  Attendance attendance;
  governance::Organisation member;
};

TEST_F(AttendanceTest, ThreeMissesInADayLeaveOutForADay) {
  for (const int hours : {0, 1, 24}) {
    EXPECT_TRUE(MayAsk(kNow + absl::Hours(hours)));
    Miss(kNow + absl::Hours(hours));
  }
  const absl::Time third = kNow + absl::Hours(24);
  EXPECT_EQ(governance::ReasonOf(attendance.MayAsk(member, third)), v1::ABORT_LIMIT);
  EXPECT_FALSE(MayAsk(third + absl::Hours(24) - absl::Seconds(1)));
  governance::Organisation another;
  another.id = *OrgId::FromBytes(std::string(32, 'x'));
  EXPECT_TRUE(attendance.MayAsk(another, third).ok());
  EXPECT_TRUE(MayAsk(third + absl::Hours(24) + absl::Milliseconds(10)));
  Miss(third + absl::Hours(25));  // it starts from nothing again
  EXPECT_TRUE(MayAsk(third + absl::Hours(25)));
}

TEST_F(AttendanceTest, MissesThatAreFarApartDoNotAddUp) {
  for (int i = 0; i < 10; ++i) {
    Miss(kNow + i * absl::Hours(13));
    EXPECT_TRUE(MayAsk(kNow + i * absl::Hours(13)));
  }
}

// Seen to leave out a member that was started anew once, with four questions under way.
TEST_F(AttendanceTest, WhatWasUnderWayWhenItHappenedCountsOnce) {
  for (int i = 0; i < 4; ++i) {
    attendance.Missed(member.id, kNow + i * absl::Milliseconds(1), kNow + absl::Milliseconds(20));
  }
  EXPECT_TRUE(MayAsk(kNow));
  Miss(kNow + absl::Seconds(1));
  EXPECT_TRUE(MayAsk(kNow));
  Miss(kNow + absl::Seconds(2));
  EXPECT_FALSE(MayAsk(kNow));
}

// Seen to leave out whoever imported three times on a busy day.
TEST_F(AttendanceTest, WhoGoesOnOftenMakesUpForAMiss) {
  for (int day_part = 0; day_part < 12; ++day_part) {
    Miss(kNow + day_part * absl::Hours(1));
    for (size_t i = 0; i < Attendance::kMakeUp; ++i) attendance.WentOn(member.id);
    EXPECT_TRUE(MayAsk(kNow));
  }
  for (int i = 0; i < 3; ++i) {  // nine good ones between two misses are too few
    EXPECT_TRUE(MayAsk(kNow));
    Miss(kNow + absl::Hours(13 + i));
    for (size_t n = 1; n < Attendance::kMakeUp / 3; ++n) attendance.WentOn(member.id);
  }
  EXPECT_FALSE(MayAsk(kNow));
}

// Good answers of the past are no stock to draw on.
TEST_F(AttendanceTest, NobodyMakesUpInAdvance) {
  for (int i = 0; i < 1000; ++i) attendance.WentOn(member.id);
  attendance.Took(member.id, absl::Seconds(1));  // known from now on
  for (size_t i = 1; i < Attendance::kMakeUp; ++i) attendance.WentOn(member.id);
  for (int i = 0; i < 3; ++i) Miss(kNow + i * absl::Seconds(1));
  EXPECT_FALSE(MayAsk(kNow));
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
