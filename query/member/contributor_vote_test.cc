// Proposals and envelopes that a contributor refuses, and what a vote holds.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "governance/document/refusal.h"
#include "gtest/gtest.h"
#include "query/member/budget.h"
#include "query/testing/exchange.h"
#include "storage/full_disk_for_test.h"
#include "storage/ledger/entries_for_test.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using testing::Exchange;
using testing::Federation;

// The disk's own error names a file of this machine: that is for its own log.
TEST(ContributorTest, AFaultOfTheLedgerIsToldToPeersInFixedWords) {
  Federation f;
  std::vector<std::string> faults;
  f.nodes[1]->contributor = std::make_unique<Contributor>([&] {
    MemberContext context = f.ContextOf(*f.nodes[1]);
    context.fault = [&](absl::string_view kind, const absl::Status& fault) {
      faults.push_back(absl::StrCat(kind, ": ", fault.message()));
    };
    return context;
  }());
  Exchange x(f);
  x.proposal.set_attempt(0);
  x.Propose(1);
  EXPECT_EQ(faults.size(), 0u) << "a refusal by a rule is no fault";
  x.proposal.set_attempt(1);
  const v1::Envelope reply = [&] {
    const storage::FullDisk full(*f.nodes[1]->db);
    return x.Propose(1);
  }();
  v1::ProposeReply refused;
  ASSERT_EQ(reply.payload_type(), kinds::kProposeReply);
  ASSERT_TRUE(refused.ParseFromString(reply.payload()));
  EXPECT_EQ(refused.refusal().message(), governance::PlainWords(refused.refusal().reason()));
  EXPECT_FALSE(absl::StrContains(reply.payload(), f.nodes[1]->dir->path()));
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_TRUE(absl::StrContains(faults[0], f.nodes[1]->dir->path())) << faults[0];
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
  *other.mutable_header() =
      MakeHeader(f.reg()->commons_id(), f.nodes[2]->org, f.nodes[1]->org, f.clock.Now(), f.random);
  EXPECT_EQ(reason(SignPeerMessage(kinds::kPropose, other, f.nodes[0]->key)), v1::BAD_SIGNATURE);
  *other.mutable_header() = MakeHeader(*CommonsId::FromBytes(std::string(32, 'x')), f.nodes[0]->org,
                                       f.nodes[1]->org, f.clock.Now(), f.random);
  EXPECT_EQ(reason(SignPeerMessage(kinds::kPropose, other, f.nodes[0]->key)), v1::WRONG_COMMONS);
  *other.mutable_header() = MakeHeader(f.reg()->commons_id(), f.nodes[0]->org, f.nodes[1]->org,
                                       f.clock.Now() - kFreshness - absl::Seconds(1), f.random);
  EXPECT_EQ(reason(SignPeerMessage(kinds::kPropose, other, f.nodes[0]->key)), v1::CLOCK);

  EXPECT_EQ(one.OnPropose(good).payload_type(), kinds::kVote);
  EXPECT_EQ(reason(good), v1::REPLAYED);
  f.Suspend(0);
  EXPECT_EQ(reason(good), v1::NOT_A_MEMBER);
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

// Whose accounts bear the cost, and what it is spent on.
TEST(ContributorTest, TheLedgerKeepsProjectResearcherAndTheCostOfSumsApart) {
  Federation f;
  Exchange x(f, "SELECT SUM(income) FROM visits");
  ASSERT_EQ(x.ProposeReason(), v1::REASON_UNSPECIFIED);
  const auto entries = storage::LedgerEntries(*f.nodes[1]->db);
  ASSERT_EQ(entries.size(), 1u);
  const storage::LedgerCharge& charge = entries[0].charge;
  EXPECT_EQ(charge.query, x.prepared.query_id);
  EXPECT_EQ(charge.asking_org, f.nodes[0]->org);
  EXPECT_EQ(charge.project.ToBytes(), x.proposal.question().project());
  EXPECT_EQ(charge.researcher, f.researcher.public_key());
  EXPECT_EQ(charge.cost, (Spending{.counts_micro_rho = 5'000, .sums_micro_rho = 5'000}));
}

// A standard count costs 5,000, more than a twentieth of the year's budget: one at a time.
TEST(ContributorTest, NoAskerReservesAllOfTheBudgetForNothing) {
  testing::Options options;
  options.rule.set_yearly_budget_micro_rho(40'000);
  Federation f(options);
  for (const v1::Reason reason : {v1::REASON_UNSPECIFIED, v1::BUSY}) {
    EXPECT_EQ(Exchange(f).ProposeReason(), reason);
  }
  EXPECT_FALSE(f.Ask("SELECT COUNT(*) FROM visits", 2).has_refusal()) << "another asker";
}

// Nobody is told that a year's budget is used up while it is only reserved.
TEST(ContributorTest, WhatIsReservedIsNotSpent) {
  testing::Options options;
  options.rule.set_yearly_budget_micro_rho(9'999);
  Federation f(options);
  EXPECT_EQ(Exchange(f).ProposeReason(), v1::REASON_UNSPECIFIED);
  const auto reasons = [&] {
    const v1::Answer answer = f.Ask("SELECT COUNT(*) FROM visits", 2);
    const auto told = f.nodes[2]->asker->Explain(f.Request("SELECT COUNT(*) FROM visits"));
    return std::vector<std::string>{answer.members(1).reason(), told.members(1).reason()};
  };
  EXPECT_THAT(reasons(), ::testing::Each("BUSY"));
  f.clock.Advance(absl::Seconds(limits::kReservationSeconds + 1));
  EXPECT_FALSE(f.Ask("SELECT COUNT(*) FROM visits", 2).has_refusal());
  EXPECT_THAT(reasons(), ::testing::Each("BUDGET_EXHAUSTED"));
}

// One in twenty of the year's 500,000 for questions that were paid for and never published.
TEST(ContributorTest, AskersThatAbortTooMuchAreRefused) {
  Federation f;
  const auto outcome_after = [&](absl::Duration wait) {
    f.clock.Advance(wait);
    return Exchange(f).ProposeReason(1);
  };
  for (int i = 0; i < 5; ++i) {  // of 5,000 each
    EXPECT_EQ(outcome_after(absl::Minutes(2)), v1::REASON_UNSPECIFIED) << i;
    f.clock.Advance(absl::Minutes(1));
    Exchange x(f);
    x.SealAll();
    ASSERT_FALSE(x.Submit(1).has_refusal());
  }
  EXPECT_EQ(outcome_after(absl::Seconds(59)), v1::BUSY);  // it may still come
  EXPECT_EQ(outcome_after(absl::Minutes(2)), v1::ABORT_LIMIT);
  EXPECT_EQ(Exchange(f).ProposeReason(2), v1::REASON_UNSPECIFIED) << "it was not asked to submit";
  EXPECT_EQ(f.Ask("SELECT COUNT(*) FROM visits", 2).refusal().reason(), v1::REASON_UNSPECIFIED)
      << "another asker";
  const auto explained = f.nodes[0]->asker->Explain(f.Request("SELECT COUNT(*) FROM visits"));
  EXPECT_EQ(explained.members(1).reason(), "ABORT_LIMIT");
  f.clock.Advance(absl::Hours(24 * 366));
  EXPECT_EQ(Exchange(f).ProposeReason(1), v1::REASON_UNSPECIFIED);
}

// However fast an asker pays, withdraws to make room and pays again: nobody waits for the minute in
// which a release may come.
TEST(ContributorTest, AskersThatAbortTooFastAreBusy) {
  Federation f;
  const auto left = [&] {
    return BudgetLeft(*f.nodes[1]->ledger, testing::kDataset, 500'000, f.clock.Now());
  };
  const auto withdraw = [&](Exchange& x, size_t to) {
    v1::Seal withdrawal;
    withdrawal.set_withdraw(true);
    withdrawal.mutable_roster()->set_query_id(x.prepared.query_id.ToBytes());
    withdrawal.mutable_roster()->set_attempt(x.proposal.attempt());
    f.nodes[to]->contributor->OnSeal(x.Wrap(withdrawal, kinds::kSeal, to));
  };
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  for (int paid = 0; reason == v1::REASON_UNSPECIFIED && paid < 100; ++paid) {
    Exchange x(f);
    x.SealAll();
    for (size_t to = 0; to < f.nodes.size(); ++to) {
      ASSERT_FALSE(x.Submit(to).has_refusal());
      withdraw(x, to);
    }
    Exchange next(f);
    reason = next.ProposeReason(1);
    withdraw(next, 1);
  }
  EXPECT_EQ(reason, v1::BUSY);
  EXPECT_GE(left(), 500'000u * 18 / 20);
}

v1::Rule RuleOf(v1::NoiseClass noise) {
  v1::Rule rule = testing::DefaultRule();
  rule.set_noise(noise);
  return rule;
}

// Four unpublished `light` counts of 125,000 used to be a whole year's budget, gone within a
// minute: each was looked at before the others were known to be aborted.
TEST(ContributorTest, LargeQuestionsGoOneAtATime) {
  testing::Options options;
  options.rule = RuleOf(v1::LIGHT);
  Federation f(options);
  Exchange first(f);
  first.SealAll();
  EXPECT_EQ(Exchange(f).ProposeReason(1), v1::BUSY) << "one is reserved";
  ASSERT_FALSE(first.Submit(1).has_refusal());
  EXPECT_EQ(Exchange(f).ProposeReason(1), v1::BUSY) << "one is paid for";
  EXPECT_EQ(Exchange(f).ProposeReason(2), v1::BUSY) << "one is reserved";
  f.clock.Advance(absl::Minutes(2));
  EXPECT_EQ(Exchange(f).ProposeReason(1), v1::ABORT_LIMIT);
  EXPECT_EQ(Exchange(f).ProposeReason(2), v1::REASON_UNSPECIFIED) << "nothing was paid for";
  EXPECT_EQ(f.nodes[1]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).spent_micro_rho,
            125'000u);
  for (int i = 0; i < 2; ++i) {
    const v1::Answer answer = f.Ask("SELECT COUNT(*) FROM visits", 2);
    EXPECT_FALSE(answer.has_refusal()) << "another asker, one after the other";
  }
}

// 5,000 each of a part of 25,000: what was aborted, is paid for and is reserved counts together.
TEST(ContributorTest, WhatIsUnpublishedFitsTheAskersPart) {
  Federation f;
  for (int i = 0; i < 2; ++i) {
    Exchange aborted(f);
    aborted.SealAll();
    ASSERT_FALSE(aborted.Submit(1).has_refusal());
  }
  f.clock.Advance(absl::Minutes(2));
  Exchange paid(f);
  paid.SealAll();
  ASSERT_FALSE(paid.Submit(1).has_refusal());
  for (const v1::Reason reason : {v1::REASON_UNSPECIFIED, v1::REASON_UNSPECIFIED, v1::BUSY}) {
    EXPECT_EQ(Exchange(f).ProposeReason(1), reason);
  }
  f.clock.Advance(absl::Seconds(limits::kReservationSeconds + 1));
  const char large[] = "SELECT AVG(age), SUM(income), COUNT(*) FROM visits";  // 20,000
  EXPECT_EQ(Exchange(f, large).ProposeReason(1), v1::BUSY);
  EXPECT_EQ(Exchange(f, large).ProposeReason(2), v1::REASON_UNSPECIFIED);
}

TEST(ContributorTest, PublishedQuestionsWereNotAborted) {
  Federation f;
  for (int i = 0; i < 8; ++i) {
    EXPECT_FALSE(f.Ask("SELECT COUNT(*) FROM visits").has_refusal()) << i;
    f.clock.Advance(absl::Minutes(2));
  }
}

}  // namespace
}  // namespace commons::query
