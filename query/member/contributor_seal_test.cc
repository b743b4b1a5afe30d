// Rosters that a contributor must not sign.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "crypto/mask.h"
#include "gtest/gtest.h"
#include "query/member/scan_gate.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using testing::Exchange;
using testing::Federation;

TEST(ContributorTest, RostersThatAreNotSigned) {
  Federation f;
  Exchange x(f);
  x.Vote();
  Exchange y(f);
  y.Vote();
  const std::vector<std::function<void(v1::Roster&)>> changes = {
      [](v1::Roster& r) { r.set_asking_org(std::string(32, 'x')); },
      [](v1::Roster& r) { r.set_asking_key(std::string(32, 'x')); },
      [](v1::Roster& r) { r.set_release(v1::OPEN); },
      [](v1::Roster& r) { r.set_flips(64); },
      [](v1::Roster& r) { r.set_colluders(0); },
      [](v1::Roster& r) { r.set_flips_share(r.flips_share() - 2); },
      [](v1::Roster& r) { r.set_threshold(5); },
      [](v1::Roster& r) { r.set_rounding(1); },
      [](v1::Roster& r) { r.set_sets_times_responses(2); },
      [](v1::Roster& r) { r.set_rows_per_person(2); },
      [](v1::Roster& r) { r.set_owners_per_person(2); },
      [](v1::Roster& r) { r.set_cost_micro_rho(1); },
      [](v1::Roster& r) { r.mutable_votes()->SwapElements(0, 1); },
      [](v1::Roster& r) { r.mutable_votes()->RemoveLast(); },
      [](v1::Roster& r) { r.clear_votes(); },
      [](v1::Roster& r) { *r.mutable_votes(1) = r.votes(0); },
      [](v1::Roster& r) { r.mutable_votes(0)->mutable_payload()->back() ^= 1; },
      [](v1::Roster& r) { r.mutable_votes(0)->clear_signatures(); },
      [&](v1::Roster& r) { *r.mutable_votes(0) = y.roster.votes(0); },  // of another question
      [&](v1::Roster& r) { *r.mutable_votes() = y.roster.votes(); },
      [&](v1::Roster& r) {  // E of one member in another's vote, under a stranger's signature
        v1::Vote vote = x.voters[0].vote;
        vote.set_ephemeral(x.voters[1].vote.ephemeral());
        *r.mutable_votes(0) = SignPeerMessage(kinds::kVote, vote, f.nodes[0]->tls);
      },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    v1::Roster roster = x.roster;
    changes[i](roster);
    for (size_t to = 0; to < 3; ++to) {
      const v1::SealReply reply = x.Seal(roster, to);
      EXPECT_EQ(reply.refusal().reason(), v1::BAD_ROSTER) << "case " << i << " member " << to;
      EXPECT_TRUE(reply.signature().empty());
    }
  }
  // A member that votes twice: its own second E, validly signed. Nobody who saw the first signs
  // both.
  v1::Roster second = x.roster;
  const size_t liar = f.IndexOf(x.voters[0].org);
  v1::Vote vote = x.voters[0].vote;
  vote.set_ephemeral(crypto::EphemeralKey::Generate(f.random).public_key().ToBytes());
  *second.mutable_votes(0) = SignPeerMessage(kinds::kVote, vote, f.nodes[liar]->key);
  EXPECT_EQ(x.Seal(second, liar).refusal().reason(), v1::BAD_ROSTER);  // not what it sent
  const size_t victim = f.IndexOf(x.voters[1].org);
  EXPECT_FALSE(x.Seal(x.roster, victim).has_refusal());
  EXPECT_EQ(x.Seal(second, victim).refusal().reason(), v1::BAD_ROSTER);  // two versions
  // E of one member validly signed by another: twice the same E.
  vote.set_ephemeral(x.voters[1].vote.ephemeral());
  *second.mutable_votes(0) = SignPeerMessage(kinds::kVote, vote, f.nodes[liar]->key);
  EXPECT_EQ(x.Seal(second, f.IndexOf(x.voters[2].org)).refusal().reason(), v1::BAD_ROSTER);
}

TEST(ContributorTest, SealAgainGivesTheSameSignature) {
  Federation f;
  Exchange x(f);
  x.Vote();
  EXPECT_EQ(x.Seal(x.roster, 1).SerializeAsString(), x.Seal(x.roster, 1).SerializeAsString());
}

TEST(ContributorTest, OnlyTheAskerGoesOn) {
  Federation f;
  Exchange x(f);
  x.Vote();
  v1::Seal seal;
  *seal.mutable_roster() = x.roster;
  const auto reply = f.nodes[1]->contributor->OnSeal(x.Wrap(seal, kinds::kSeal, 1, 2));
  EXPECT_EQ(x.ReasonIn<v1::SealReply>(reply), v1::UNKNOWN_QUERY);
}

TEST(ContributorTest, NewEditionBetweenVoteAndSeal) {
  Federation f;
  Exchange x(f);
  x.Vote();
  f.SetEdition(1, 2);
  EXPECT_EQ(x.Seal(x.roster, 1).refusal().reason(), v1::STALE);
}

// Nobody could mask against such a key: all others would pay and then stop.
TEST(ContributorTest, KeysOfSmallOrderArePaidForByNobody) {
  for (const char first : {'\0', '\1'}) {
    Federation f;
    Exchange x(f);
    x.Vote();
    std::string point(32, '\0');
    point[0] = first;
    v1::Vote vote = x.voters[0].vote;
    vote.set_ephemeral(point);
    v1::Roster roster = x.roster;
    const size_t liar = f.IndexOf(x.voters[0].org);
    *roster.mutable_votes(0) = SignPeerMessage(kinds::kVote, vote, f.nodes[liar]->key);
    for (size_t i = 1; i < 3; ++i) {
      EXPECT_EQ(x.Seal(roster, f.IndexOf(x.voters[i].org)).refusal().reason(), v1::BAD_ROSTER);
    }
    EXPECT_FALSE(
        OpenVote(roster.votes(0), *f.reg(), f.nodes[0]->org, x.prepared.query_id, 1, f.clock.Now())
            .ok());
  }
}

TEST(ContributorTest, RulesThatChangedBetweenVoteAndSeal) {
  Federation f;
  Exchange x(f);
  x.Vote();
  v1::Rule rule = testing::DefaultRule();
  rule.set_threshold(20);
  f.SetRule(1, rule);
  EXPECT_EQ(x.Seal(x.roster, 1).refusal().reason(), v1::STALE);
  EXPECT_FALSE(x.Seal(x.roster, 2).has_refusal());
}

// No document tells of it: the register is the one of the vote.
TEST(ContributorTest, RulesThatExpiredBetweenVoteAndSeal) {
  Federation f;
  f.SetRule(1, testing::DefaultRule(), f.clock.Now() + absl::Seconds(5));
  Exchange x(f);
  x.Vote();
  EXPECT_FALSE(x.Seal(x.roster, 2).has_refusal());
  f.clock.Advance(absl::Seconds(6));
  EXPECT_EQ(x.Seal(x.roster, 1).refusal().reason(), v1::EXPIRED);
}

// A vote under another register, as if its member had other documents.
Voter Elsewhere(Exchange& x, Voter voter, const std::function<void(v1::Vote&)>& change) {
  voter.vote.set_register_head(std::string(32, 'x'));
  change(voter.vote);
  voter.envelope =
      SignPeerMessage(kinds::kVote, voter.vote, x.f.nodes[x.f.IndexOf(voter.org)]->key);
  return voter;
}

TEST(ContributorTest, WhoVotedUnderAnotherRegisterIsComparedWithBeforeAnythingIsSigned) {
  Federation f;
  Exchange x(f);
  x.Vote();
  Voter& other = *std::find_if(x.voters.begin(), x.voters.end(),
                               [&](const Voter& v) { return v.org == f.nodes[2]->org; });
  other = Elsewhere(x, other, [](v1::Vote&) {});
  const auto roster = [&] {
    return *MakeRoster(x.prepared.plan.question, f.standard(), x.Terms(), *f.reg(), x.voters);
  };
  std::vector<OrgId> asked;
  absl::Status outcome = governance::Refuse(v1::STALE, "away");
  f.nodes[1]->compare = [&](const Voted& voted) {
    asked.push_back(voted.member);
    return outcome;
  };
  v1::SealReply reply = x.Seal(roster(), 1);
  EXPECT_EQ(reply.refusal().reason(), v1::STALE);
  EXPECT_TRUE(reply.signature().empty());
  EXPECT_EQ(asked, std::vector<OrgId>{f.nodes[2]->org}) << "nobody else knows anything else";
  // Compared well, and yet it goes by rules that nobody here has.
  outcome = absl::OkStatus();
  const Voter honest = other;
  other = Elsewhere(x, other, [](v1::Vote& vote) {
    vote.mutable_requirements()->clear_rules();
    vote.mutable_requirements()->add_rules(std::string(32, 'r'));
  });
  EXPECT_EQ(x.Seal(roster(), 1).refusal().reason(), v1::BAD_ROSTER);
  other = honest;
  reply = x.Seal(roster(), 1);
  EXPECT_FALSE(reply.has_refusal()) << reply.refusal().DebugString();
}

TEST(ContributorTest, CountingForNothingIsBounded) {
  testing::Options options;
  options.rule.set_yearly_budget_micro_rho(UINT64_MAX / 4);
  Federation f(options);
  size_t counted = 0;
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  for (; reason == v1::REASON_UNSPECIFIED && counted < 1000; ++counted) {
    Exchange x(f);
    x.Vote();
    reason = x.Seal(x.roster, 1).refusal().reason();
    for (size_t to = 0; to < 3; ++to) {
      v1::Seal withdrawal;
      *withdrawal.mutable_roster() = x.roster;
      withdrawal.set_withdraw(true);
      f.nodes[to]->contributor->OnSeal(x.Wrap(withdrawal, kinds::kSeal, to));
    }
  }
  EXPECT_EQ(reason, v1::BUSY);
  EXPECT_EQ(counted, ScanGate::kUnpaidPerOrg + 1);
  EXPECT_FALSE(f.Ask("SELECT COUNT(*) FROM visits", 2).has_refusal()) << "another asker";
  f.clock.Advance(absl::Seconds(limits::kReservationSeconds + 1));
  for (size_t i = 0; i < 2 * ScanGate::kUnpaidPerOrg; ++i) {  // paid for
    ASSERT_FALSE(f.Ask("SELECT COUNT(*) FROM visits").has_refusal()) << i;
  }
}

// How long counting takes tells something about the rows that match. Its end is hidden as Submit's
// is, also when nothing comes of it.
TEST(ContributorTest, RepliesToAProtectedSealWaitForTheirSlot) {
  for (const v1::Release release : {v1::PROTECTED, v1::OPEN}) {
    testing::Options options;
    options.rule = testing::DefaultRule(release);
    options.rule.set_reply_slot_ms(50);
    Federation f(options);
    std::vector<absl::Duration> waits;
    MemberContext context = f.ContextOf(*f.nodes[1]);
    context.wait = [&](absl::Duration wait) {
      waits.push_back(wait);
      f.clock.Advance(wait);
    };
    context.execute = [&](const v1::Question& question, const v1::Standard& standard,
                          const Hash32&) -> absl::StatusOr<LocalPartials> {
      f.clock.Advance(absl::Milliseconds(7));
      return LocalPartials{std::vector<absl::int128>(CellSpace(question, standard).values()),
                           f.nodes[1]->edition + (waits.empty() ? 1 : 0)};
    };
    f.nodes[1]->contributor = std::make_unique<Contributor>(context);
    Exchange x(f);
    x.Vote();
    EXPECT_EQ(x.Seal(x.roster, 1).refusal().reason(), v1::STALE);  // another edition
    if (release == v1::OPEN) {
      EXPECT_TRUE(waits.empty());
      continue;
    }
    ASSERT_EQ(waits.size(), 1u);
    EXPECT_EQ(waits[0], absl::Milliseconds(43));
    EXPECT_FALSE(x.Seal(x.roster, 1).has_refusal());
    ASSERT_EQ(waits.size(), 2u);
    EXPECT_EQ(waits[1], absl::Milliseconds(43));
    // Nothing is left to count, and that does not show.
    EXPECT_FALSE(x.Seal(x.roster, 1).has_refusal());
    ASSERT_EQ(waits.size(), 3u);
    EXPECT_EQ(waits[2], absl::Milliseconds(50));
  }
}

}  // namespace
}  // namespace commons::query
