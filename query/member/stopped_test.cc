// What an owner stops in the middle of a question: nothing leaves from then on.
#include "governance/testing/stops_for_test.h"
#include "gtest/gtest.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

using governance::ScopeOfAll;
using governance::ScopeOfDataset;
using testing::Exchange;
using testing::Federation;

constexpr size_t kOwner = 1;

TEST(Stopped, BeforeTheQuestionIsProposed) {
  Federation f;
  Exchange x(f);
  f.Freeze(kOwner, ScopeOfDataset(testing::kDataset));
  EXPECT_EQ(x.ProposeReason(kOwner), v1::FROZEN);
  EXPECT_EQ(x.ProposeReason(2), v1::REASON_UNSPECIFIED);
}

TEST(Stopped, BetweenTheVoteAndSeal) {
  Federation f;
  Exchange x(f);
  x.Vote();
  f.Freeze(kOwner, ScopeOfAll());
  EXPECT_EQ(x.Seal(x.roster, kOwner).refusal().reason(), v1::FROZEN);
  EXPECT_FALSE(x.Seal(x.roster, 2).signature().empty());
}

TEST(Stopped, BetweenSealAndSubmit) {
  Federation f;
  Exchange x(f);
  x.SealAll();
  f.Freeze(kOwner, ScopeOfAll());
  const v1::SubmitReply reply = x.Submit(kOwner);
  EXPECT_EQ(reply.refusal().reason(), v1::FROZEN);
  EXPECT_EQ(reply.refusal().message(), "the owner has stopped everything: the records are wrong");
  EXPECT_FALSE(reply.has_contribution());
  EXPECT_EQ(f.nodes[kOwner]->ledger->BalanceOf(testing::kDataset, f.clock.Now()).spent_micro_rho,
            0u);
  EXPECT_TRUE(x.Submit(2).has_contribution());
}

// The vector that left already is not handed out a second time.
TEST(Stopped, BeforeASubmitThatIsSentAgain) {
  Federation f;
  Exchange x(f);
  x.SealAll();
  ASSERT_TRUE(x.Submit(kOwner).has_contribution());
  f.Freeze(kOwner, ScopeOfAll());
  const v1::SubmitReply again = x.Submit(kOwner);
  EXPECT_EQ(again.refusal().reason(), v1::FROZEN);
  EXPECT_FALSE(again.has_contribution());
}

// A reply waits for the end of its slot, which may be a second away.
TEST(Stopped, WhileTheReplyWaitsForItsSlot) {
  testing::Options options;
  options.rule.set_reply_slot_ms(1000);
  Federation f(options);
  bool stop = false;
  MemberContext context = f.ContextOf(*f.nodes[kOwner]);
  context.wait = [&](absl::Duration) {
    if (stop) f.Freeze(kOwner, ScopeOfAll());
  };
  f.nodes[kOwner]->contributor = std::make_unique<Contributor>(context);
  Exchange x(f);
  x.SealAll();
  stop = true;
  EXPECT_EQ(x.Submit(kOwner).refusal().reason(), v1::FROZEN);
}

// Whoever asks again gets the answer of the others, and is told who stopped.
TEST(Stopped, TheOthersAnswerAndSayWhoDoesNot) {
  Federation f(testing::Generous(5));
  f.Freeze(kOwner, ScopeOfAll());
  const v1::Answer answer = f.Ask("SELECT COUNT(*) FROM visits");
  ASSERT_FALSE(answer.has_refusal()) << answer.refusal().message();
  int refused = 0;
  for (const v1::MemberState& member : answer.members()) {
    if (member.status() != v1::MemberState::REFUSED) continue;
    ++refused;
    EXPECT_EQ(member.member(), f.nodes[kOwner]->name);
    EXPECT_EQ(member.reason(), "FROZEN");
  }
  EXPECT_EQ(refused, 1);
}

}  // namespace
}  // namespace commons::query
