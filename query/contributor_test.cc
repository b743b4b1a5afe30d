// What a contributor must not sign, and the bytes it sends: attacks on each message, by a member.
#include <cmath>
#include <functional>

#include "gtest/gtest.h"
#include "base/limits.h"
#include "crypto/mask.h"
#include "query/peer_message.h"
#include "query/release.h"
#include "query/roster.h"
#include "query/testing/federation.h"
#include "query/wire.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using testing::Federation;
using testing::Options;

// One question by hand: member 0 asks, every step can be changed before it is sent.
class Exchange {
 public:
  explicit Exchange(Federation& federation, const char* sql = "SELECT COUNT(*) FROM visits")
      : f(federation), prepared(*f.nodes[0]->asker->Prepare(f.Request(sql))) {
    proposal = prepared.proposal;
    proposal.set_researcher_signature(f.Sign(prepared));
  }

  template <typename Message>
  v1::Envelope Wrap(Message message, absl::string_view kind, size_t to, size_t from = 0) {
    *message.mutable_header() = MakeHeader(f.reg()->commons_id(), f.nodes[from]->org,
                                           f.nodes[to]->org, f.clock.Now(), f.random);
    return SignPeerMessage(kind, message, f.nodes[from]->key);
  }
  template <typename Reply>
  v1::Reason ReasonIn(const v1::Envelope& reply) {
    Reply message;
    EXPECT_TRUE(message.ParseFromString(reply.payload()));
    return message.refusal().reason();
  }
  v1::Envelope Propose(size_t to, size_t from = 0) {
    return f.nodes[to]->contributor->OnPropose(Wrap(proposal, kinds::kPropose, to, from));
  }
  v1::Reason ProposeReason(size_t to = 1, size_t from = 0) {
    const v1::Envelope reply = Propose(to, from);
    return reply.payload_type() == kinds::kVote ? v1::REASON_UNSPECIFIED
                                                : ReasonIn<v1::ProposeReply>(reply);
  }
  RosterTerms Terms() const {
    return {prepared.query_id, proposal.attempt(), f.nodes[0]->org, f.nodes[0]->key.public_key()};
  }
  void Vote() {
    for (size_t i = 0; i < f.nodes.size(); ++i) {
      voters.push_back(*OpenVote(Propose(i), *f.reg(), f.nodes[0]->org, prepared.query_id,
                                 proposal.attempt(), f.clock.Now()));
    }
    std::sort(voters.begin(), voters.end(),
              [](const Voter& a, const Voter& b) { return a.org < b.org; });
    roster = *MakeRoster(prepared.plan.question, f.standard(), Terms(), voters);
    transcript = *TranscriptOf(roster, prepared.plan.question, f.standard(),
                               f.reg()->commons_id());
  }
  v1::Envelope SealEnvelope(const v1::Roster& r, size_t to) {
    v1::Seal seal;
    *seal.mutable_roster() = r;
    return Wrap(seal, kinds::kSeal, to);
  }
  v1::SealReply Seal(const v1::Roster& r, size_t to) {
    v1::SealReply reply;
    reply.ParseFromString(f.nodes[to]->contributor->OnSeal(SealEnvelope(r, to)).payload());
    return reply;
  }
  void SealAll() {
    Vote();
    submit.set_query_id(prepared.query_id.ToBytes());
    submit.set_attempt(proposal.attempt());
    for (const Voter& voter : voters) {
      submit.add_signatures(Seal(roster, f.IndexOf(voter.org)).signature());
    }
  }
  v1::SubmitReply Submit(size_t to) {
    v1::SubmitReply reply;
    reply.ParseFromString(
        f.nodes[to]->contributor->OnSubmit(Wrap(submit, kinds::kSubmit, to)).payload());
    return reply;
  }
  v1::Publish SubmitAll() {
    v1::Publish publish;
    publish.set_query_id(submit.query_id());
    publish.set_attempt(submit.attempt());
    for (const Voter& voter : voters) {
      contributions.push_back(Submit(f.IndexOf(voter.org)).contribution());
      *publish.add_contributions() = contributions.back();
    }
    publish.set_release(*BuildRelease(prepared.plan.question, f.standard(), roster, transcript,
                                      contributions));
    return publish;
  }
  v1::PublishReply Publish(const v1::Publish& publish, size_t to) {
    v1::PublishReply reply;
    reply.ParseFromString(
        f.nodes[to]->contributor->OnPublish(Wrap(publish, kinds::kPublish, to)).payload());
    return reply;
  }

  Federation& f;
  Prepared prepared;
  v1::Propose proposal;
  std::vector<Voter> voters;
  v1::Roster roster;
  Hash32 transcript;
  v1::Submit submit;
  std::vector<v1::Contribution> contributions;
};

TEST(ContributorTest, HonestExchange) {
  Federation f;
  Exchange x(f);
  x.SealAll();
  const v1::Publish publish = x.SubmitAll();
  const v1::PublishReply reply = x.Publish(publish, 1);
  EXPECT_TRUE(crypto::VerifyStrict(f.nodes[1]->key.public_key(), ReleaseMessage(publish.release()),
                                   reply.countersignature().signature()));
  EXPECT_EQ(f.nodes[1]->releases->Get(x.prepared.query_id, 1)->release, publish.release());
}

TEST(ContributorTest, ProposalsThatAreRefused) {
  Federation f;
  struct Case {
    std::function<void(Exchange&)> change;
    v1::Reason reason;
  };
  const std::vector<Case> cases = {
      {[](Exchange& x) { x.proposal.mutable_researcher_signature()->at(0) ^= 1; },
       v1::BAD_SIGNATURE},
      {[](Exchange& x) { x.proposal.mutable_query_id()->at(0) ^= 1; }, v1::MALFORMED},
      {[](Exchange& x) { x.proposal.mutable_nonce()->at(0) ^= 1; }, v1::MALFORMED},
      {[](Exchange& x) { x.proposal.set_not_after_ms(x.proposal.not_after_ms() + 1); },
       v1::MALFORMED},
      {[](Exchange& x) { x.proposal.set_not_after_ms(INT64_MAX); }, v1::MALFORMED},
      {[](Exchange& x) { x.proposal.set_not_after_ms(INT64_MIN); }, v1::EXPIRED},
      {[](Exchange& x) { x.proposal.set_attempt(0); }, v1::MALFORMED},
      {[](Exchange& x) { x.proposal.set_attempt(3); }, v1::MALFORMED},
      {[](Exchange& x) { x.proposal.set_asking_key(x.f.nodes[2]->key.public_key().ToBytes()); },
       v1::BAD_SIGNATURE},
      {[](Exchange& x) { x.proposal.set_researcher(std::string(32, 'x')); }, v1::NOT_ACCREDITED},
      {[](Exchange& x) { x.proposal.mutable_question()->set_noise(v1::FINE); },
       v1::NOISE_TOO_FINE},
      {[](Exchange& x) { x.proposal.mutable_question()->set_release(v1::OPEN); },
       v1::REASON_UNSPECIFIED},  // any refusal
      {[](Exchange& x) { x.proposal.mutable_question()->set_purpose("other"); },
       v1::PURPOSE_NOT_ALLOWED},
      {[](Exchange& x) { x.proposal.mutable_question()->set_commons_id(std::string(32, 'c')); },
       v1::WRONG_COMMONS},
      {[](Exchange& x) { x.proposal.mutable_question()->set_standard_id(std::string(32, 's')); },
       v1::WRONG_STANDARD},
      {[](Exchange& x) { x.proposal.mutable_question()->clear_partials(); }, v1::MALFORMED},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    Exchange x(f);
    cases[i].change(x);
    const v1::Envelope reply = x.Propose(1);
    ASSERT_EQ(reply.payload_type(), kinds::kProposeReply) << "case " << i;
    if (cases[i].reason != v1::REASON_UNSPECIFIED) {
      EXPECT_EQ(x.ReasonIn<v1::ProposeReply>(reply), cases[i].reason) << "case " << i;
    }
  }
  EXPECT_EQ(f.nodes[1]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).reserved_micro_rho, 0u);
  EXPECT_EQ(Exchange(f).ProposeReason(), v1::REASON_UNSPECIFIED);
}

TEST(ContributorTest, RulesThatNothingEnforcesYetAreNotIgnored) {
  const std::function<void(v1::Rule&)> setters[] = {
      [](v1::Rule& rule) { rule.set_min_membership_days(30); },
      [](v1::Rule& rule) { rule.set_project_budget_micro_rho(1); },
      [](v1::Rule& rule) { rule.set_researcher_budget_micro_rho(1); },
      [](v1::Rule& rule) { rule.set_asker_budget_micro_rho(1); },
  };
  for (const auto& set : setters) {
    Federation f;
    v1::Rule rule = testing::DefaultRule();
    set(rule);
    f.SetRule(1, rule);
    Exchange exchange(f);
    EXPECT_EQ(exchange.ProposeReason(1), v1::NOT_SUPPORTED_YET) << rule.ShortDebugString();
    EXPECT_EQ(exchange.ProposeReason(2), v1::REASON_UNSPECIFIED) << "another owner's rule";
  }
}

TEST(ContributorTest, EnvelopesThatAreRefused) {
  Federation f;
  Exchange x(f);
  Contributor& one = *f.nodes[1]->contributor;
  const auto reason = [&](const v1::Envelope& envelope) {
    return x.ReasonIn<v1::ProposeReply>(one.OnPropose(envelope));
  };
  v1::Envelope good = x.Wrap(x.proposal, kinds::kPropose, 1);
  EXPECT_EQ(reason(x.Wrap(x.proposal, kinds::kPropose, 2)), v1::WRONG_RECIPIENT);
  EXPECT_EQ(reason(x.Wrap(x.proposal, kinds::kPreview, 1)), v1::MALFORMED);
  v1::Envelope changed = good;
  changed.mutable_payload()->back() ^= 1;
  EXPECT_EQ(reason(changed), v1::BAD_SIGNATURE);
  changed = good;
  *changed.add_signatures() = changed.signatures(0);
  EXPECT_EQ(reason(changed), v1::BAD_SIGNATURE);
  changed = good;
  changed.mutable_payload()->resize(limits::kPeerMessageBytes + 1);
  EXPECT_EQ(reason(changed), v1::MESSAGE_TOO_LARGE);
  EXPECT_EQ(reason(SignPeerMessage(kinds::kPropose, x.proposal, f.nodes[0]->tls)),
            v1::NOT_A_MEMBER);
  // Another member's header under the own key.
  v1::Propose other = x.proposal;
  *other.mutable_header() = MakeHeader(f.reg()->commons_id(), f.nodes[2]->org, f.nodes[1]->org,
                                       f.clock.Now(), f.random);
  EXPECT_EQ(reason(SignPeerMessage(kinds::kPropose, other, f.nodes[0]->key)), v1::BAD_SIGNATURE);
  *other.mutable_header() = MakeHeader(*CommonsId::FromBytes(std::string(32, 'x')),
                                       f.nodes[0]->org, f.nodes[1]->org, f.clock.Now(), f.random);
  EXPECT_EQ(reason(SignPeerMessage(kinds::kPropose, other, f.nodes[0]->key)), v1::WRONG_COMMONS);
  *other.mutable_header() =
      MakeHeader(f.reg()->commons_id(), f.nodes[0]->org, f.nodes[1]->org,
                 f.clock.Now() - kFreshness - absl::Seconds(1), f.random);
  EXPECT_EQ(reason(SignPeerMessage(kinds::kPropose, other, f.nodes[0]->key)), v1::EXPIRED);

  EXPECT_EQ(one.OnPropose(good).payload_type(), kinds::kVote);
  EXPECT_EQ(reason(good), v1::REPLAYED);
  f.Suspend(0);
  EXPECT_EQ(reason(good), v1::NOT_A_MEMBER);
}

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
      [&](v1::Roster& r) { *r.mutable_votes(0) = y.roster.votes(0); },   // of another question
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
  // A member that votes twice: its own second E, validly signed. Nobody who saw the first signs both.
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

TEST(ContributorTest, SubmitNeedsEverySignature) {
  Federation f;
  Exchange x(f);
  x.Vote();
  x.submit.set_query_id(x.prepared.query_id.ToBytes());
  x.submit.set_attempt(1);
  EXPECT_EQ(x.Submit(1).refusal().reason(), v1::UNKNOWN_QUERY);  // nothing sealed
  for (const Voter& voter : x.voters) {
    x.submit.add_signatures(x.Seal(x.roster, f.IndexOf(voter.org)).signature());
  }
  const v1::Submit good = x.submit;
  x.submit.mutable_signatures()->RemoveLast();
  EXPECT_EQ(x.Submit(1).refusal().reason(), v1::BAD_SIGNATURE);
  x.submit = good;
  x.submit.mutable_signatures()->SwapElements(0, 1);
  EXPECT_EQ(x.Submit(1).refusal().reason(), v1::TRANSCRIPT_MISMATCH);
  x.submit = good;
  x.submit.set_signatures(2, f.nodes[0]->tls.Sign(SealMessage(x.transcript)));
  EXPECT_EQ(x.Submit(1).refusal().reason(), v1::TRANSCRIPT_MISMATCH);
  EXPECT_EQ(f.nodes[1]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).spent_micro_rho, 0u);

  x.submit = good;
  const v1::Contribution first = x.Submit(1).contribution();
  ASSERT_FALSE(first.values().empty());
  EXPECT_EQ(x.Submit(1).contribution().SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(f.nodes[1]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).spent_micro_rho, 5'000u);
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

TEST(ContributorTest, ReservationsLapseAndAreBounded) {
  Federation f;
  Exchange x(f);
  x.SealAll();
  f.clock.Advance(absl::Seconds(limits::kReservationSeconds + 1));
  EXPECT_EQ(x.Submit(1).refusal().reason(), v1::UNKNOWN_QUERY);
  EXPECT_EQ(f.nodes[1]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).reserved_micro_rho, 0u);
  for (size_t i = 0; i < limits::kOpenProposalsPerOrg; ++i) {
    EXPECT_EQ(Exchange(f).ProposeReason(), v1::REASON_UNSPECIFIED);
  }
  EXPECT_EQ(Exchange(f).ProposeReason(), v1::BUSY);
  f.clock.Advance(absl::Seconds(limits::kReservationSeconds + 1));
  EXPECT_EQ(Exchange(f).ProposeReason(), v1::REASON_UNSPECIFIED);
}

TEST(ContributorTest, NewEditionBetweenVoteAndSeal) {
  Federation f;
  Exchange x(f);
  x.Vote();
  f.SetEdition(1, 2);
  EXPECT_EQ(x.Seal(x.roster, 1).refusal().reason(), v1::STALE);
}

TEST(ContributorTest, PublishOfAnotherTotalIsNotCountersigned) {
  Federation f;
  Exchange x(f);
  x.SealAll();
  const v1::Publish good = x.SubmitAll();
  v1::Publish changed = good;
  changed.mutable_release()->back() ^= 1;
  EXPECT_EQ(x.Publish(changed, 1).refusal().reason(), v1::TRANSCRIPT_MISMATCH);
  changed = good;
  changed.mutable_contributions(0)->mutable_values()->back() ^= 1;
  EXPECT_EQ(x.Publish(changed, 1).refusal().reason(), v1::BAD_SIGNATURE);
  changed = good;
  changed.mutable_contributions(0)->mutable_values()->append(8, '\0');
  EXPECT_EQ(x.Publish(changed, 1).refusal().reason(), v1::BAD_SIGNATURE);
  changed = good;
  changed.mutable_contributions()->RemoveLast();
  EXPECT_EQ(x.Publish(changed, 1).refusal().reason(), v1::MALFORMED);
  changed = good;
  changed.mutable_contributions()->SwapElements(0, 1);
  EXPECT_EQ(x.Publish(changed, 1).refusal().reason(), v1::MALFORMED);
  EXPECT_FALSE(f.nodes[1]->releases->Get(x.prepared.query_id, 1).ok());
  EXPECT_FALSE(x.Publish(good, 1).has_refusal());
}

// The masks cancel in the sum, which differs from the truth by the roster's noise only; what the asker
// sees of one member looks uniform.
TEST(ContributorTest, VectorsLookUniformAndTheirSumDoesNot) {
  for (const size_t members : {3, 8, 22}) {
    Options options;
    options.members = members;
    options.seed = members;
    Federation f(options);
    for (auto& node : f.nodes) node->rows.resize(40);
    Exchange x(f, "SELECT sex, region, COUNT(*) FROM visits GROUP BY sex, region");
    x.SealAll();
    x.SubmitAll();
    std::vector<uint64_t> sums(9);
    std::vector<int> bytes(256);
    for (const v1::Contribution& contribution : x.contributions) {
      ASSERT_EQ(contribution.values().size(), 9 * kMaskedBytes);
      for (size_t i = 0; i < 9; ++i) {
        sums[i] += ReadLittleEndian(contribution.values().data() + i * kMaskedBytes);
      }
      for (const unsigned char byte : contribution.values()) ++bytes[byte];
    }
    const double sigma = SigmaOf(x.roster, members);
    for (size_t i = 0; i < 9; ++i) {
      const double truth = i == 2 ? 40.0 * members : 0;  // sex F, region missing
      EXPECT_NEAR(static_cast<int64_t>(sums[i]), truth, 5 * sigma) << members << " cell " << i;
    }
    const double expected = members * 9 * 8 / 256.0;
    double chi_square = 0;
    for (const int n : bytes) chi_square += (n - expected) * (n - expected) / expected;
    EXPECT_LT(chi_square, 255 + 6 * std::sqrt(2 * 255.0)) << members;
  }
}

}  // namespace
}  // namespace commons::query
