// What a contributor gives away, when, and what it countersigns.
#include <cmath>
#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "query/release/present_cells.h"
#include "query/release/wire.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using testing::Exchange;
using testing::Federation;

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

// Counts what is drawn for seeds; nonces are shorter.
class CountedRandom : public crypto::RandomSource {
 public:
  explicit CountedRandom(crypto::RandomSource& random) : random_(random) {}
  void Fill(void* out, size_t size) override {
    seeds += size == 32;
    random_.Fill(out, size);
  }
  int seeds = 0;

 private:
  crypto::RandomSource& random_;
};

// A member too slow for its coins is lost at Seal, where nobody has paid.
TEST(ContributorTest, CoinsAreThrownBeforeAnythingIsCharged) {
  Federation f;
  CountedRandom random(f.random);
  MemberContext context = f.ContextOf(*f.nodes[1]);
  context.random = &random;
  f.nodes[1]->contributor = std::make_unique<Contributor>(context);
  Exchange x(f);
  x.Vote();
  const int before = random.seeds;
  x.Seal(x.roster, 1);
  EXPECT_EQ(random.seeds, before + 1);
  EXPECT_EQ(f.nodes[1]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).spent_micro_rho, 0u);
  x.submit.set_query_id(x.prepared.query_id.ToBytes());
  x.submit.set_attempt(1);
  for (const Voter& voter : x.voters) {
    x.submit.add_signatures(x.Seal(x.roster, f.IndexOf(voter.org)).signature());
  }
  EXPECT_FALSE(x.Submit(1).contribution().values().empty());
  EXPECT_EQ(random.seeds, before + 1);
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
  x.submit.add_signatures(good.signatures(0));
  EXPECT_EQ(x.Submit(1).refusal().message(), "submit: 4 signatures of 3");
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
  EXPECT_EQ(f.nodes[1]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).spent_micro_rho,
            5'000u);
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
  // Another vector of this very member, signed with its key, and the total that follows from it.
  for (size_t i = 0; i < x.voters.size(); ++i) {
    if (x.voters[i].org != f.nodes[1]->org) continue;
    v1::Contribution& own = x.contributions[i];
    own.mutable_values()->front() ^= 1;
    own.set_signature(f.nodes[1]->key.Sign(ContributionMessage(x.transcript, own.values())));
    changed = good;
    *changed.mutable_contributions(static_cast<int>(i)) = own;
  }
  changed.set_release(*BuildRelease(x.prepared.plan.question, f.standard(), x.roster, x.transcript,
                                    x.contributions));
  EXPECT_EQ(x.Publish(changed, 1).refusal().message(), "publish: this member's vector is another");
  EXPECT_FALSE(f.nodes[1]->releases->Get(x.prepared.query_id, 1).ok());
  EXPECT_FALSE(x.Publish(good, 1).has_refusal());
}

// The masks cancel in the sum, which differs from the truth by the roster's noise only; what the
// asker sees of one member looks uniform.
TEST(ContributorTest, VectorsLookUniformAndTheirSumDoesNot) {
  for (const size_t members : {3, 8, 22}) {
    testing::Options options;
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
    double squares = 0;
    for (size_t i = 0; i < 9; ++i) {
      const double truth = i == 2 ? 40.0 * members : 0;  // sex F, region missing
      const double noise = static_cast<double>(static_cast<int64_t>(sums[i])) - truth;
      EXPECT_LE(std::abs(noise), 5 * sigma) << members << " cell " << i;
      squares += noise * noise / (sigma * sigma);
    }
    // Chi-square with 9 degrees of freedom: outside once in a thousand.
    EXPECT_GT(squares, 1.15) << members << ": less noise than the roster owes";
    EXPECT_LT(squares, 27.9) << members;
    const double expected = members * 9 * 8 / 256.0;
    double chi_square = 0;
    for (const int n : bytes) chi_square += (n - expected) * (n - expected) / expected;
    EXPECT_LT(chi_square, 255 + 6 * std::sqrt(2 * 255.0)) << members;
  }
}

// The ledger reserved under the budget of the vote: a smaller one is looked at before the charge.
TEST(ContributorTest, BudgetNarrowedBeforeSubmitIsNotSpent) {
  Federation f;
  Exchange x(f);
  x.SealAll();
  v1::Rule rule = testing::DefaultRule();
  rule.set_yearly_budget_micro_rho(1'000);  // the question costs 5,000
  f.SetRule(1, rule);
  EXPECT_EQ(x.Submit(1).refusal().reason(), v1::STALE);
  EXPECT_EQ(f.nodes[1]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).spent_micro_rho, 0u);
  EXPECT_FALSE(x.Submit(2).has_refusal());
}

// What was counted at Seal is of the edition of the vote; a newer one is looked at before the
// charge.
TEST(ContributorTest, AnEditionThatCameSinceTheVoteStopsTheCharge) {
  Federation f;
  Exchange x(f);
  x.SealAll();
  f.SetEdition(1, 2);
  EXPECT_EQ(x.Submit(1).refusal().message(), "a new edition came in since the vote");
  EXPECT_EQ(f.nodes[1]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).spent_micro_rho, 0u);
}

// Its notice follows by a moment, in which something else may move the register. Said as having no
// data it would count against a member that did nothing but import.
TEST(ContributorTest, AnEditionWhoseNoticeHasYetToComeIsNoMissingData) {
  Federation f;
  Exchange x(f);
  x.SealAll();
  f.nodes[1]->edition = 2;
  f.SetRule(2, testing::DefaultRule());
  EXPECT_EQ(x.Submit(1).refusal().reason(), v1::STALE);
  EXPECT_EQ(x.Submit(1).refusal().message(), "a new edition came in since the vote");
}

// Each member's board may accredit the researcher whenever it likes, also between Seal and Submit,
// when the others have paid.
TEST(ContributorTest, AnotherAccreditationStopsNoQuestion) {
  Federation f;
  Exchange x(f);
  x.SealAll();
  for (size_t member = 0; member < f.nodes.size(); ++member) f.Accredit(member);
  EXPECT_FALSE(x.Submit(1).has_refusal());
}

}  // namespace
}  // namespace commons::query
