// Who votes and does not go on stops no question, and is left out after three times; nobody is who
// could not help it.
#include "governance/document/payload_types.h"
#include "gtest/gtest.h"
#include "query/asker/explain.h"
#include "query/peer/peer_message.h"
#include "query/release/release.h"
#include "query/release/roster.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using testing::Federation;
using testing::StateOf;

constexpr char kCount[] = "SELECT COUNT(*) FROM visits";

// The others pay each time: after three times it is not asked for a day.
TEST(LeftOutTest, VotersThatNeverSubmitAreLeftOut) {
  for (const bool garbage : {false, true}) {
    Federation f(testing::Generous(4));
    bool hostile = true;
    v1::Propose proposal;
    v1::Seal seal;
    f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
                 const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
      if (!hostile || member != 3) return deliver(request);
      if (phase == Phase::kSubmit && !garbage) return absl::DeadlineExceededError("silent");
      if (phase == Phase::kPropose) proposal.ParseFromString(request.payload());
      if (phase == Phase::kSeal) seal.ParseFromString(request.payload());
      const auto honest = deliver(request);
      if (phase != Phase::kSubmit) return honest;
      v1::SubmitReply reply;
      reply.ParseFromString(honest->payload());
      v1::Contribution& own = *reply.mutable_contribution();
      own.mutable_values()->append(8, 'x');  // too long, and signed
      const Hash32 transcript =
          *TranscriptOf(seal.roster(), proposal.question(), f.standard(), f.reg()->commons_id());
      own.set_signature(f.nodes[3]->key.Sign(ContributionMessage(transcript, own.values())));
      return SignPeerMessage(kinds::kSubmitReply, reply, f.nodes[3]->key);
    };
    for (int i = 0; i < 3; ++i) {
      const v1::Answer answer = f.Ask(kCount);
      EXPECT_EQ(answer.refusal().reason(), v1::ABORTED) << answer.DebugString();
      EXPECT_NE(answer.refusal().message().find("member-03"), std::string::npos);
    }
    const v1::Answer without = f.Ask(kCount);
    ASSERT_FALSE(without.has_refusal()) << without.DebugString();
    EXPECT_EQ(StateOf(without, 3).reason(), "ABORT_LIMIT");
    EXPECT_EQ(f.nodes[0]->asker->Explain(f.Request(kCount)).members(3).reason(), "ABORT_LIMIT");
    hostile = false;
    f.clock.Advance(absl::Hours(24));
    const v1::Answer again = f.Ask(kCount);
    EXPECT_EQ(StateOf(again, 3).status(), v1::MemberState::ANSWERED) << again.DebugString();
  }
}

// What a member says instead of `phase`'s reply; honest otherwise.
template <typename Reply>
v1::Envelope RefusalOf(Federation& f, size_t member, const char* kind, const v1::Envelope& honest,
                       v1::Reason reason = v1::BUSY) {
  Reply reply, said;
  said.ParseFromString(honest.payload());
  *reply.mutable_header() = said.header();
  reply.mutable_refusal()->set_reason(reason);
  return SignPeerMessage(kind, reply, f.nodes[member]->key);
}

testing::Options OpenData() {
  testing::Options options;
  options.members = 4;
  options.rule = testing::DefaultRule(v1::OPEN);
  return options;
}

// Nothing is spent on open data: the question goes on without whoever refuses at Submit, who is
// left out after three times. It used to stop every question, for ever and without a name.
TEST(LeftOutTest, OnOpenDataWhoRefusesAtSubmitStopsNothing) {
  Federation f(OpenData());
  testing::FillRows(f, 10, 1);
  f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    const auto honest = deliver(request);
    if (phase != Phase::kSubmit || member != 3) return honest;
    return RefusalOf<v1::SubmitReply>(f, 3, kinds::kSubmitReply, *honest);
  };
  for (const char* reason : {"BUSY", "BUSY", "BUSY", "ABORT_LIMIT"}) {
    const v1::Answer answer = f.Ask(kCount);
    ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
    EXPECT_EQ(answer.cells(0).values(0).value(), "30");
    EXPECT_EQ(StateOf(answer, 3).reason(), reason);
  }
  EXPECT_NE(StateOf(f.Ask(kCount), 3).message().find("left out until 2023-11-"), std::string::npos);
}

// Seen to leave out an honest member for a day whose log grew, or others' logs, three times while
// it was asked.
TEST(LeftOutTest, WhoHasYetToCatchUpWhileDocumentsMoveIsNotBlamed) {
  Federation f(OpenData());
  testing::FillRows(f, 10, 1);
  bool moving = true;
  v1::Reason reason = v1::STALE;
  f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    const auto honest = deliver(request);
    if (phase != Phase::kSubmit || member != 3) return honest;
    if (moving) f.SetRule(3, OpenData().rule);
    return RefusalOf<v1::SubmitReply>(f, 3, kinds::kSubmitReply, *honest, reason);
  };
  for (int question = 0; question < 5; ++question) {
    EXPECT_EQ(StateOf(f.Ask(kCount), 3).reason(), "STALE");
  }
  // A member's own rules moved, say: what it refuses then has other reasons as well.
  reason = v1::BUSY;
  for (int question = 0; question < 5; ++question) {
    EXPECT_EQ(StateOf(f.Ask(kCount), 3).reason(), "BUSY");
  }
  reason = v1::STALE;
  moving = false;
  // Nor before they have settled: this node may have heard of a change before that member did.
  for (int question = 0; question < 4; ++question) {
    EXPECT_EQ(StateOf(f.Ask(kCount), 3).reason(), "STALE");
  }
  f.clock.Advance(Attendance::kSettles + absl::Seconds(1));
  for (const char* reason : {"STALE", "STALE", "STALE", "ABORT_LIMIT"}) {
    EXPECT_EQ(StateOf(f.Ask(kCount), 3).reason(), reason);
  }
}

// A slow one leaves little of a question's time; whoever then comes too late is not left out for
// it.
TEST(LeftOutTest, NobodyIsBlamedForTheMomentsThatSlowOnesLeft) {
  Federation f(testing::Generous(5));
  testing::FillRows(f, 100, 1);
  f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    if (phase == Phase::kPropose && member == 1) f.clock.Advance(absl::Milliseconds(8'500));
    if (phase == Phase::kSeal && member == 4) return absl::DeadlineExceededError("too late");
    return deliver(request);
  };
  for (int i = 0; i < 4; ++i) {
    f.clock.Advance(absl::Minutes(1));
    const v1::Answer answer = f.Ask(kCount);
    EXPECT_EQ(StateOf(answer, 4).status(), v1::MemberState::OFFLINE) << answer.DebugString();
  }
  f.hook = nullptr;
  f.clock.Advance(absl::Minutes(1));
  const v1::Answer answer = f.Ask(kCount);
  EXPECT_EQ(StateOf(answer, 4).status(), v1::MemberState::ANSWERED) << answer.DebugString();
}

// One drops out of the first roster, the other of the second: the third is without both. After
// three such questions neither is asked.
TEST(LeftOutTest, TwoThatDropAtSealStopNothing) {
  for (const bool silent : {false, true}) {
    Federation f(testing::Generous(6));
    testing::FillRows(f, 100, 1);
    uint32_t attempt = 0, asked = 0;
    f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
                 const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
      const auto honest = deliver(request);
      v1::Vote vote;
      if (phase == Phase::kPropose && vote.ParseFromString(honest->payload())) {
        attempt = vote.attempt();
        asked += member > 3;
      }
      if (phase != Phase::kSeal || member != 3 + attempt) return honest;
      if (silent) return absl::DeadlineExceededError("silent");
      return RefusalOf<v1::SealReply>(f, member, kinds::kSealReply, *honest);
    };
    for (int i = 0; i < 3; ++i) {
      f.clock.Advance(absl::Minutes(1));
      const v1::Answer answer = f.Ask(kCount);
      ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
      EXPECT_EQ(attempt, 3u);
      EXPECT_EQ(StateOf(answer, 4).status(),
                silent ? v1::MemberState::OFFLINE : v1::MemberState::REFUSED);
    }
    asked = 0;
    const v1::Answer answer = f.Ask(kCount);
    ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
    EXPECT_EQ(attempt, 1u);
    EXPECT_EQ(asked, 0u);
    for (const size_t member : {4, 5}) {
      EXPECT_EQ(StateOf(answer, member).reason(), "ABORT_LIMIT");
      EXPECT_NE(StateOf(answer, member).message().find("three times in a day"), std::string::npos);
    }
  }
}

// A node whose own network is gone learns nothing about the others.
TEST(LeftOutTest, WhenNobodySubmitsNobodyIsBlamed) {
  Federation f(testing::Generous(3));
  bool cut_off = true;
  f.hook = [&](Phase phase, size_t, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    if (cut_off && phase == Phase::kSubmit) return absl::UnavailableError("no network");
    return deliver(request);
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(f.Ask(kCount).refusal().reason(), v1::ABORTED);
  cut_off = false;
  f.clock.Advance(absl::Minutes(1));  // reservations lapsed
  EXPECT_FALSE(f.Ask(kCount).has_refusal());
}

}  // namespace
}  // namespace commons::query
