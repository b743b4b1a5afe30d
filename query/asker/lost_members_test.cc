// Members that go away in the middle of a question.
#include "gtest/gtest.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using testing::Federation;

// One member goes away at each phase, before its message arrives or after it acted on it.
struct Loss {
  const char* name;
  Phase phase;
  bool after;
  v1::Reason refusal;  // of 3 members
  bool answered_of_four;
  bool spent;
};
class LossTest : public ::testing::TestWithParam<Loss> {};

TEST_P(LossTest, AnAnswerOrAClearRefusal) {
  const Loss& loss = GetParam();
  for (const size_t members : {3, 4}) {
    Federation federation(testing::Generous(members, 20));
    testing::FillRows(federation, 500, 20);
    federation.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
                          const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
      if (member != members - 1 || phase < loss.phase) return deliver(request);
      if (loss.after && phase == loss.phase) (void)deliver(request);
      return absl::UnavailableError("gone");
    };
    const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
    const bool expected =
        loss.refusal == v1::REASON_UNSPECIFIED || (members == 4 && loss.answered_of_four);
    EXPECT_EQ(!answer.has_refusal(), expected) << answer.DebugString();
    if (expected) {
      const int64_t value = std::stoll(answer.cells(0).values(0).value());
      const int64_t total =
          answer.members(members - 1).status() == v1::MemberState::ANSWERED ? members : 3;
      EXPECT_NEAR(value, 500 * total, 100);
    } else {
      EXPECT_EQ(answer.refusal().reason(), loss.refusal);
      EXPECT_EQ(answer.cells_size(), 0);
    }
    if (loss.phase == Phase::kSubmit) {
      EXPECT_NE(answer.refusal().message().find("member-0"), std::string::npos);
    }
    const auto balance =
        federation.nodes[0]->ledger->BalanceOf(testing::kDataset, federation.clock.Now());
    EXPECT_EQ(balance.spent_micro_rho, expected || loss.spent ? 5'000u : 0u);
    EXPECT_EQ(balance.reserved_micro_rho, 0u);
    EXPECT_EQ(answer.cost_micro_rho(), expected || loss.spent ? 5'000u : 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Phases, LossTest,
    ::testing::Values(
        Loss{"BeforePropose", Phase::kPropose, false, v1::TOO_FEW_MEMBERS, true, false},
        Loss{"AfterPropose", Phase::kPropose, true, v1::TOO_FEW_MEMBERS, true, false},
        Loss{"BeforeSeal", Phase::kSeal, false, v1::TOO_FEW_MEMBERS, true, false},
        Loss{"AfterSeal", Phase::kSeal, true, v1::TOO_FEW_MEMBERS, true, false},
        Loss{"BeforeSubmit", Phase::kSubmit, false, v1::ABORTED, false, true},
        Loss{"AfterSubmit", Phase::kSubmit, true, v1::ABORTED, false, true},
        Loss{"BeforePublish", Phase::kPublish, false, v1::REASON_UNSPECIFIED, true, true},
        Loss{"AfterPublish", Phase::kPublish, true, v1::REASON_UNSPECIFIED, true, true}),
    [](const auto& info) { return info.param.name; });

TEST(LostMembers, RefusedQuestionsLeaveNothingOpen) {
  Federation federation(testing::Generous(3, 21));
  federation.hook = [](Phase, size_t member, const v1::Envelope& request,
                       const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    if (member == 2) return absl::UnavailableError("gone");
    return deliver(request);
  };
  for (int i = 0; i < 6; ++i) {  // more than may be open at once
    const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
    EXPECT_EQ(answer.refusal().reason(), v1::TOO_FEW_MEMBERS);
    EXPECT_EQ(answer.members(0).reason(), "TOO_FEW_MEMBERS");
    EXPECT_EQ(answer.members(2).reason(), "UNREACHABLE");
  }
}

}  // namespace
}  // namespace commons::query
