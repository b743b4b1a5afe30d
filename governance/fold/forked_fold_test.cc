// What a log of two histories still does: what it said before stays, what it says from then on
// narrows and never widens, and its yes certifies nothing.
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "governance/document/refusal.h"
#include "governance/rules/rule_in_force.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/problems_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

class ForkedFold : public testing::Test {
 protected:
  ForkedFold() {
    c.Found();
    c.Resolve(c.CommonRules());
  }
  v1::Rule Noise(v1::NoiseClass noise) const {
    v1::Rule rule = TestCommons::OwnerRule();
    rule.set_noise(noise);
    return rule;
  }
  std::string InForce() const {
    const auto rule = RuleInForce(c.Fold(), forked().id, "cases", c.now);
    return rule.ok() ? v1::NoiseClass_Name(rule->rule.noise())
                     : std::string(ReasonName(ReasonOf(rule.status())));
  }
  const TestOrg& forked() const { return c.orgs[2]; }
  void Fork() {
    c.now += absl::Seconds(1);
    c.logs[forked().id].forked_at = c.now;
  }

  // More than half of three decides: two.
  TestCommons c{{.threshold_a = 1, .threshold_b = 2}};
};

TEST_F(ForkedFold, NarrowingsActAndNothingWidens) {
  c.SetPolicy(forked(), Noise(v1::STANDARD));
  Fork();
  EXPECT_EQ(InForce(), "STANDARD") << "what was said before";
  EXPECT_TRUE(c.Fold().FindMember(forked().id)->forked);
  EXPECT_FALSE(c.Fold().FindMember(c.orgs[0].id)->forked);
  c.SetPolicy(forked(), Noise(v1::BROAD));
  EXPECT_EQ(InForce(), "BROAD");
  c.now += absl::Hours(24 * 1000);
  c.SetPolicy(forked(), Noise(v1::LIGHT));
  c.now += absl::Hours(24 * 1000);
  EXPECT_EQ(InForce(), "BROAD");
}

TEST_F(ForkedFold, OpensNothingThatWasClosed) {
  Fork();
  c.SetPolicy(forked(), Noise(v1::STANDARD));
  c.now += absl::Hours(24 * 1000);
  EXPECT_EQ(InForce(), "NO_POLICY");
}

// Both documents were certified, each at the node that saw one of the faces, while a yes from a log
// of two histories was a yes.
TEST_F(ForkedFold, ItsYesCertifiesNeitherOfTwoDocuments) {
  v1::Resolution other = c.CommonRules();
  other.mutable_items(1)->mutable_policy()->mutable_rule()->set_threshold(9);
  const DocId first = c.Propose(c.CommonRules()), second = c.Propose(other);
  c.Approve(c.orgs[0], 3, first);
  c.Approve(c.orgs[1], 3, second);
  const auto logs = c.logs;
  for (const DocId& face : {first, second}) {
    c.logs = logs;
    c.Approve(forked(), 3, face);
    EXPECT_EQ(c.Fold().commons_version(), 3u) << "at whoever knows of one face only";
    // The two have met before the last yes came.
    c.logs = logs;
    Fork();
    c.Approve(forked(), 3, face);
    EXPECT_EQ(c.Fold().commons_version(), 2u);
    EXPECT_THAT(ProblemOf(c.Fold(), face), testing::HasSubstr("1 more have logs of two histories"));
  }
}

TEST_F(ForkedFold, WhatWasCertifiedBeforeStays) {
  const DocId id = c.Propose(c.CommonRules());
  c.Approve(c.orgs[0], 3, id);
  c.Approve(forked(), 3, id);
  Fork();
  EXPECT_EQ(c.Fold().commons_version(), 3u);
}

TEST_F(ForkedFold, AYesThatCameBeforeCertifiesNothingAfter) {
  const DocId id = c.Propose(c.CommonRules());
  c.Approve(forked(), 3, id);
  Fork();
  c.Approve(c.orgs[0], 3, id);
  EXPECT_EQ(c.Fold().commons_version(), 2u);
  c.Approve(c.orgs[1], 3, id);
  EXPECT_EQ(c.Fold().commons_version(), 3u) << "without it";
}

// Whoever has the old board's keys and shows two faces brings no new key to power: cards count, so
// that every node has the same documents, and what their boards say widens nothing.
TEST_F(ForkedFold, NoNewKeyGainsPower) {
  c.SetPolicy(forked(), Noise(v1::STANDARD));
  const crypto::SigningKey key = c.NewKey();
  const v1::Envelope card =
      SignedCard(NextCard(c, forked(), {.seats = SeatsOf({&key})}), {&forked().board[0], &key});
  const auto logs = c.logs;
  Fork();
  const DocId id = c.Push(forked().id, card);
  EXPECT_EQ(ProblemOf(c.Fold(), id), "counts");
  EXPECT_EQ(c.Fold().FindMember(forked().id)->root_id, IdOf(forked().card));
  EXPECT_EQ(c.Fold().CardsOf(forked().id)->versions.size(), 2u);
  v1::OwnerPolicy policy;
  policy.set_dataset("cases");
  *policy.mutable_rule() = Noise(v1::LIGHT);
  c.Issue(forked(), kinds::kOwnerPolicy, PolicyChain("cases"), policy, {&key});
  c.now += absl::Hours(24 * 1000);
  EXPECT_EQ(InForce(), "STANDARD");
  const Hash32 head = c.Fold().head();
  // Who saw the card first has the same documents, and the card has power there.
  const auto after = c.logs;
  c.logs = logs;
  c.Push(forked().id, card);
  Fork();
  c.logs[forked().id].entries.push_back(after.at(forked().id).entries.back());
  EXPECT_EQ(c.Fold().head(), head);
  EXPECT_EQ(c.Fold().FindMember(forked().id)->root_id, id);
}

}  // namespace
}  // namespace commons::governance
