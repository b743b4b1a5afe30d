// What the asking node does when members, rules and definitions change under it.
#include "absl/strings/str_join.h"
#include "crypto/hash.h"
#include "governance/document/payload_types.h"
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
using testing::StateOf;

constexpr char kCount[] = "SELECT COUNT(*) FROM visits";

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
    return std::vector<Incoming>();
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

// Two such values would have been a plausible sum of both: exact totals are checked, member by
// member.
TEST(AskingTest, OnOpenDataValuesThatCouldOverflowAreNotAdded) {
  testing::Options options;
  options.members = 4;
  options.rule = testing::DefaultRule(v1::OPEN);
  for (const int bit : {118, 119, 126, 127}) {
    Federation f(options);
    testing::FillRows(f, 10, 1);
    v1::Propose proposal;
    v1::Seal seal;
    f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
                 const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
      const auto honest = deliver(request);
      if (member != 3) return honest;
      if (phase == Phase::kPropose) proposal.ParseFromString(request.payload());
      if (phase == Phase::kSeal) seal.ParseFromString(request.payload());
      v1::SubmitReply reply;
      if (phase != Phase::kSubmit || !reply.ParseFromString(honest->payload())) return honest;
      v1::Contribution& own = *reply.mutable_contribution();
      std::string values(16, '\0');
      values[bit / 8] = static_cast<char>(1 << bit % 8);
      own.set_values(values);
      const Hash32 transcript =
          *TranscriptOf(seal.roster(), proposal.question(), f.standard(), f.reg()->commons_id());
      own.set_signature(f.nodes[3]->key.Sign(ContributionMessage(transcript, values)));
      return SignPeerMessage(kinds::kSubmitReply, reply, f.nodes[3]->key);
    };
    const v1::Answer answer = f.Ask(kCount);
    ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
    const std::string& shown = answer.cells(0).values(0).value();
    if (bit == 118) {
      EXPECT_GT(shown.size(), 30u) << "a lie, and a sum: " << shown;
    } else {
      EXPECT_EQ(shown, "30");
      EXPECT_EQ(StateOf(answer, 3).reason(), "MALFORMED");
    }
  }
}

// One vote could blank every answer that all paid for.
TEST(AskingTest, AVoteThatDemandsOtherThanItsRulesIsOut) {
  const std::pair<void (*)(v1::Requirements&), const char*> cases[] = {
      {[](v1::Requirements& r) { r.set_threshold(4294967295); },
       "demands threshold 4294967295, the rules that it names say 6"},
      {[](v1::Requirements& r) { r.set_rounding(4294967295); },
       "demands rounding 4294967295, the rules that it names say 3"},
      {[](v1::Requirements& r) { *r.mutable_rules(0) = std::string(32, 'x'), r.set_threshold(9); },
       "demands"},
  };
  for (const auto& [change, told] : cases) {
    Federation f(testing::Generous(4));
    testing::FillRows(f, 100, 1);
    f.hook = [&f, change = change](
                 Phase phase, size_t member, const v1::Envelope& request,
                 const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
      auto reply = deliver(request);
      if (member != 3) return reply;
      v1::Vote vote;
      v1::PreviewReply preview;
      if (phase == Phase::kPropose && vote.ParseFromString(reply->payload())) {
        change(*vote.mutable_requirements());
        vote.set_register_head(std::string(32, 'x'));
        return SignPeerMessage(kinds::kVote, vote, f.nodes[3]->key);
      }
      if (phase == Phase::kPreview && preview.ParseFromString(reply->payload())) {
        change(*preview.mutable_requirements());
        return SignPeerMessage(kinds::kPreviewReply, preview, f.nodes[3]->key);
      }
      return reply;
    };
    const v1::Answer answer = f.Ask(kCount);
    ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
    EXPECT_EQ(answer.threshold(), 6u);
    EXPECT_EQ(answer.rounding(), 3u);
    EXPECT_EQ(answer.cells(0).values(0).status(), v1::CellValue::RELEASED);
    EXPECT_EQ(StateOf(answer, 3).reason(), "BAD_ROSTER");
    EXPECT_NE(StateOf(answer, 3).message().find(told), std::string::npos)
        << StateOf(answer, 3).message();
    EXPECT_EQ(f.nodes[3]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).spent_micro_rho, 0u);
    const auto explained = f.nodes[0]->asker->Explain(f.Request(kCount));
    EXPECT_EQ(explained.members(3).reason(), "BAD_ROSTER");
    EXPECT_EQ(explained.threshold(), 6u);
  }
}

// Before the others count, and not at their cost.
TEST(AskingTest, WhoKnowsOtherDocumentsAndCantBeComparedWithIsOut) {
  Federation f(testing::Generous(4));
  testing::FillRows(f, 100, 1);
  f.hook = [&f](Phase phase, size_t member, const v1::Envelope& request,
                const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    auto reply = deliver(request);
    v1::Vote vote;
    if (member != 3 || phase != Phase::kPropose || !vote.ParseFromString(reply->payload())) {
      return reply;
    }
    vote.set_register_head(std::string(32, 'x'));
    return SignPeerMessage(kinds::kVote, vote, f.nodes[3]->key);
  };
  f.nodes[0]->compare = [](const Voted&) { return governance::Refuse(v1::STALE, "away"); };
  const v1::Answer answer = f.Ask(kCount);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(StateOf(answer, 3).reason(), "STALE");
  EXPECT_EQ(StateOf(answer, 2).status(), v1::MemberState::ANSWERED);
}

TEST(AskingTest, WhoForcesAValueIsNamed) {
  Federation f(testing::Generous(4));
  v1::Rule rule = testing::Generous(4).rule;
  rule.set_threshold(1000);
  f.SetRule(3, rule);
  rule.set_rounding(10);
  f.SetRule(2, rule);
  const v1::Answer answer = f.Ask(kCount);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  const auto forces = [&](size_t member) {
    return absl::StrJoin(StateOf(answer, member).forces(), " ");
  };
  EXPECT_EQ(answer.threshold(), 1000u);
  EXPECT_EQ(forces(1), "");
  EXPECT_EQ(forces(2), "threshold rounding");
  EXPECT_EQ(forces(3), "threshold");
  const auto explained = f.nodes[0]->asker->Explain(f.Request(kCount));
  EXPECT_EQ(absl::StrJoin(explained.members(2).forces(), " "), "threshold rounding");
}

TEST(AskingTest, WhoWasSlowIsNamed) {
  Federation f(testing::Generous(4));
  f.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
               const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    if (member == 3) f.clock.Advance(absl::Milliseconds(phase == Phase::kPreview ? 0 : 300));
    return deliver(request);
  };
  const v1::Answer answer = f.Ask(kCount);
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(StateOf(answer, 3).took_ms(), 1200u);
  EXPECT_EQ(StateOf(answer, 2).took_ms(), 0u);
  EXPECT_EQ(answer.caveats().rbegin()->rfind("Slow: member-03 (1200 ms)", 0), 0u)
      << answer.DebugString();
  const auto explained = f.nodes[0]->asker->Explain(f.Request(kCount));
  EXPECT_EQ(explained.members(3).took_ms(), 1200u);
  EXPECT_NE(absl::StrJoin(explained.notes(), " ").find("member-03 was slow"), std::string::npos);
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
