// A node that is stopped in the middle of its own question.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using testing::Federation;
using ::testing::HasSubstr;

constexpr char kQuestion[] = "SELECT COUNT(*) FROM visits";

class StoppingTest : public ::testing::TestWithParam<Phase> {
 protected:
  StoppingTest() : federation(Open()) {}
  static testing::Options Open() {
    testing::Options options = testing::Generous(3, 31);
    options.rule = testing::DefaultRule(v1::OPEN);
    return options;
  }
  // From this phase on only the asking node hears itself.
  void CutOffFrom(Phase first, bool stopping) {
    federation.hook = [=, this](
                          Phase phase, size_t member, const v1::Envelope& request,
                          const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
      if (phase < first) return deliver(request);
      federation.nodes[0]->stopping |= stopping;
      if (member == 0) return deliver(request);
      return absl::CancelledError("CANCELLED");
    };
  }
  Federation federation;
};

TEST_P(StoppingTest, DoesNotAnswerWithoutThoseWhomItsOwnStopKeptAway) {
  CutOffFrom(GetParam(), /*stopping=*/true);
  const v1::Answer answer = federation.Ask(kQuestion);
  EXPECT_EQ(answer.refusal().reason(), v1::ABORTED) << answer.DebugString();
  EXPECT_THAT(answer.refusal().message(), HasSubstr("this node is being stopped"));
  EXPECT_EQ(answer.cells_size(), 0);
  EXPECT_EQ(answer.cost_micro_rho(), 0u);
  for (const auto& node : federation.nodes) {
    const auto balance = node->ledger->BalanceOf(testing::kDataset, federation.clock.Now());
    EXPECT_EQ(balance.spent_micro_rho, 0u) << node->name;
  }
}

TEST_P(StoppingTest, WhereTheOthersAreAwayOtherwiseItAnswersWithoutThem) {
  CutOffFrom(GetParam(), /*stopping=*/false);
  EXPECT_FALSE(federation.Ask(kQuestion).has_refusal());
}

INSTANTIATE_TEST_SUITE_P(Phases, StoppingTest,
                         ::testing::Values(Phase::kPropose, Phase::kSeal, Phase::kSubmit));

TEST(Stopping, OneThatHasAllItNeedsEnds) {
  Federation federation(testing::Generous(3, 32));
  federation.hook = [&](Phase phase, size_t, const v1::Envelope& request,
                        const Federation::Deliver& deliver) {
    federation.nodes[0]->stopping = phase >= Phase::kSeal;
    return deliver(request);
  };
  EXPECT_FALSE(federation.Ask(kQuestion).has_refusal());
}

TEST(Stopping, BeginsNoQuestion) {
  Federation federation(testing::Generous(3, 33));
  federation.nodes[0]->stopping = true;
  EXPECT_THAT(federation.Ask(kQuestion).refusal().message(), HasSubstr("being stopped"));
}

}  // namespace
}  // namespace commons::query
