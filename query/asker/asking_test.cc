// What the asking node does when members, rules and definitions change under it.
#include "crypto/hash.h"
#include "governance/kinds.h"
#include "gtest/gtest.h"
#include "query/asker/attendance.h"
#include "query/asker/explain.h"
#include "query/peer/peer_message.h"
#include "query/release/release.h"
#include "query/release/roster.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using testing::Federation;

constexpr char kCount[] = "SELECT COUNT(*) FROM visits";

const v1::MemberState& StateOf(const v1::Answer& answer, size_t member) {
  return answer.members(static_cast<int>(member));
}

// The question's column numbers mean nothing under the new definition, which has fewer of them.
TEST(AskingTest, AnotherDefinitionSincePreparing) {
  Federation f;
  const auto prepared = f.nodes[0]->asker->Prepare(f.Request("SELECT SUM(age) FROM visits"));
  ASSERT_TRUE(prepared.ok());
  v1::Standard shorter = testing::VisitsStandard();
  shorter.mutable_columns()->DeleteSubrange(1, 3);
  f.SetStandard(shorter);
  const v1::Answer answer = f.nodes[0]->asker->Run(*prepared, f.Sign(*prepared), false);
  EXPECT_EQ(answer.refusal().reason(), v1::STALE);
  EXPECT_EQ(answer.digest(), "");
  Attendance attendance;
  const auto unasked = [](Phase, const std::vector<Outgoing>&, absl::Duration) {
    ADD_FAILURE() << "asked";
    return std::vector<absl::StatusOr<v1::Envelope>>();
  };
  EXPECT_EQ(
      ExplainQuestion(f.ContextOf(*f.nodes[0]), unasked, *prepared, attendance).refusal().reason(),
      v1::STALE);
  EXPECT_FALSE(f.Ask(kCount).has_refusal());
}

TEST(AskingTest, VotersWithAKeyOfSmallOrderAreLeftOut) {
  Federation f(testing::Generous(4));
  f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    auto reply = deliver(request);
    if (phase != Phase::kPropose || member != 3) return reply;
    v1::Vote vote;
    vote.ParseFromString(reply->payload());
    vote.set_ephemeral(std::string(32, '\0'));
    return SignPeerMessage(kinds::kVote, vote, f.nodes[3]->key);
  };
  const v1::Answer answer = f.Ask(kCount);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(StateOf(answer, 3).reason(), "MALFORMED");
  EXPECT_EQ(f.nodes[3]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).reserved_micro_rho, 0u);
}

TEST(AskingTest, WhoSignsAnotherRosterIsLeftOut) {
  Federation f(testing::Generous(4));
  f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    auto reply = deliver(request);
    if (phase != Phase::kSeal || member != 3) return reply;
    v1::SealReply seal;
    if (!seal.ParseFromString(reply->payload()) || seal.has_refusal()) return reply;
    seal.set_signature(f.nodes[3]->key.Sign(SealMessage(crypto::Sha256("another"))));
    return SignPeerMessage(kinds::kSealReply, seal, f.nodes[3]->key);
  };
  const v1::Answer answer = f.Ask(kCount);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(StateOf(answer, 3).reason(), "TRANSCRIPT_MISMATCH");
}

// The others pay each time: after three times it is not asked for a day.
TEST(AskingTest, VotersThatNeverSubmitAreLeftOut) {
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

// A node whose own network is gone learns nothing about the others.
TEST(AskingTest, WhenNobodySubmitsNobodyIsBlamed) {
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

TEST(AskingTest, AnAddressThatExpiredIsNotAsked) {
  Federation f(testing::Generous(4));
  f.Announce(3);
  EXPECT_EQ(StateOf(f.Ask(kCount), 3).status(), v1::MemberState::ANSWERED);
  f.clock.Advance(absl::Hours(24 * 30));
  const v1::Answer answer = f.Ask(kCount);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(StateOf(answer, 3).status(), v1::MemberState::OFFLINE);
  EXPECT_EQ(StateOf(answer, 3).reason(), "UNREACHABLE");
  EXPECT_EQ(f.nodes[0]->asker->Explain(f.Request(kCount)).members(3).status(),
            v1::ExplainReply::Member::OFFLINE);
}

// Who wants more members than there are, whose vote came too late, who did not seal: nobody keeps
// what it reserved.
TEST(AskingTest, WhoeverDoesNotGoOnIsTold) {
  const auto reserved = [](Federation& f, size_t member) {
    return f.nodes[member]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).reserved_micro_rho;
  };
  {
    Federation f(testing::Generous(4));
    v1::Rule rule = testing::DefaultRule();
    rule.set_min_members(5);
    f.SetRule(3, rule);
    const v1::Answer answer = f.Ask(kCount);
    EXPECT_FALSE(answer.has_refusal()) << answer.DebugString();
    EXPECT_EQ(StateOf(answer, 3).reason(), "TOO_FEW_MEMBERS");
    EXPECT_EQ(reserved(f, 3), 0u);
  }
  for (const Phase late : {Phase::kPropose, Phase::kSeal}) {
    Federation f(testing::Generous(4));
    size_t lost = 0;
    f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
                 const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
      auto reply = deliver(request);
      if (phase != late || member != 3 || ++lost > 1) return reply;
      return absl::DeadlineExceededError("late");
    };
    EXPECT_FALSE(f.Ask(kCount).has_refusal());
    EXPECT_EQ(reserved(f, 3), 0u);
  }
}

}  // namespace
}  // namespace commons::query
