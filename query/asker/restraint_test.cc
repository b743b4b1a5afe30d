#include "query/asker/restraint.h"

#include "gtest/gtest.h"
#include "query/member/scan_gate.h"
#include "query/member/sessions.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using testing::Federation;

constexpr double kWindow = limits::kReservationSeconds;
static_assert(Restraint::kVotes + Restraint::kUnderWay +
                  kWindow * Restraint::kVotesForgottenASecond <=
              SessionTable::kDroppedPerOrg);
static_assert(Restraint::kVotesADay == SessionTable::kDroppedPerOrgADay);
static_assert(Restraint::kScans + Restraint::kUnderWay +
                  kWindow * Restraint::kScansForgottenASecond <=
              ScanGate::kUnpaidPerOrg);
static_assert(Restraint::kScansADay == ScanGate::kUnpaidPerOrgADay);

// Asks again as soon as it may, for a minute and a half. How many were asked; the members' reasons.
struct Asked {
  size_t questions = 0;
  std::set<std::string> reasons;
};
Asked AskAndAskAgain(Federation& federation) {
  Asked asked;
  for (int i = 0; i < 900; ++i) {
    federation.clock.Advance(absl::Milliseconds(100));
    if (!federation.nodes[0]->asker->MayBegin()) continue;
    ++asked.questions;
    const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
    EXPECT_TRUE(answer.has_refusal());
    for (const v1::MemberState& member : answer.members()) asked.reasons.insert(member.reason());
  }
  return asked;
}

// Without restraint the members that are there were BUSY after 64 such questions, and for half a
// minute after the last of them.
TEST(Restraint, VotesThatComeToNothingNeverMakeMembersBusy) {
  Federation federation(testing::Generous(3, 31));
  federation.hook = [](Phase, size_t member, const v1::Envelope& request,
                       const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    if (member == 2) return absl::UnavailableError("gone");
    return deliver(request);
  };
  const Asked asked = AskAndAskAgain(federation);
  EXPECT_EQ(asked.reasons, (std::set<std::string>{"TOO_FEW_MEMBERS", "UNREACHABLE"}));
  EXPECT_GE(asked.questions, 100u) << "16, and one a second";
  EXPECT_LE(asked.questions, 110u);
  federation.hook = nullptr;
  EXPECT_FALSE(federation.Ask("SELECT COUNT(*) FROM visits").has_refusal());
}

// Lost at Seal, after the others had counted. It is the asker's own part: nobody is left out for
// it.
TEST(Restraint, CountingThatComesToNothingNeverMakesMembersBusy) {
  Federation federation(testing::Generous(3, 32));
  federation.hook = [](Phase phase, size_t member, const v1::Envelope& request,
                       const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    auto reply = deliver(request);
    if (member == 0 && phase == Phase::kSeal) return absl::UnavailableError("lost");
    return reply;
  };
  const Asked asked = AskAndAskAgain(federation);
  EXPECT_EQ(asked.reasons.count("BUSY"), 0u);
  EXPECT_GE(asked.questions, 38u) << "six, and two in five seconds";
  EXPECT_LE(asked.questions, 46u);
  federation.hook = nullptr;
  EXPECT_FALSE(federation.Ask("SELECT COUNT(*) FROM visits").has_refusal());
}

// Two hundred and forty-four counts a day, of 256 with what may be under way; then nobody is asked.
TEST(Restraint, ADayOfFailuresEndsWithARefusalOfItsOwn) {
  Federation federation(testing::Generous(3, 33));
  size_t proposals = 0;
  federation.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
                        const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    proposals += phase == Phase::kPropose;
    auto reply = deliver(request);
    if (member == 0 && phase == Phase::kSeal) return absl::UnavailableError("lost");
    return reply;
  };
  v1::Answer answer;
  for (size_t i = 0; i <= Restraint::kScansADay - Restraint::kUnderWay; ++i) {
    federation.clock.Advance(absl::Seconds(5));
    answer = federation.Ask("SELECT COUNT(*) FROM visits");
    EXPECT_EQ(answer.refusal().reason(), v1::TOO_FEW_MEMBERS) << i;
  }
  proposals = 0;
  answer = federation.Ask("SELECT COUNT(*) FROM visits");
  EXPECT_EQ(answer.refusal().reason(), v1::BUSY);
  EXPECT_NE(answer.refusal().message().find("ask again tomorrow"), std::string::npos);
  EXPECT_EQ(proposals, 0u);
}

TEST(Restraint, WhatMembersAllowInADayIsNeverUsedUp) {
  absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  for (const bool votes : {true, false}) {
    Restraint restraint;
    const size_t most =
        (votes ? Restraint::kVotesADay : Restraint::kScansADay) - Restraint::kUnderWay;
    for (size_t i = 0; i < most; ++i) {
      EXPECT_TRUE(restraint.Today(now).ok());
      votes ? restraint.VoteDropped(now) : restraint.ScanDropped(1, now);
    }
    EXPECT_TRUE(restraint.Today(now).ok());
    votes ? restraint.VoteDropped(now) : restraint.ScanDropped(1, now);
    EXPECT_EQ(governance::ReasonOf(restraint.Today(now)), v1::BUSY);
    EXPECT_TRUE(restraint.Today(now + absl::Hours(24)).ok());
  }
}

}  // namespace
}  // namespace commons::query
