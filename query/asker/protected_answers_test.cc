// Protected questions through a federation in one process: how far answers are from the pooled
// rows, against what is said about them, and what they cost.
#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using testing::Federation;
using testing::Options;

TEST(ProtectedAnswers, MarginsCoverTheTruth) {
  for (const size_t members : {3, 5}) {
    Federation federation(testing::Generous(members, members));
    testing::FillRows(federation, 600, members);
    std::map<std::string, int64_t> truth;
    for (const auto& row : federation.AllRows()) {
      const char* regions[] = {"north", "south"};
      ++truth[absl::StrCat("sex=", std::string(1, "FMU"[row.sex]),
                           ";region=", row.region ? regions[*row.region] : "null", ";")];
    }
    int shown = 0, covered = 0;
    for (int i = 0; i < 50; ++i) {
      federation.clock.Advance(absl::Seconds(40));
      const v1::Answer answer =
          federation.Ask("SELECT sex, region, COUNT(*) FROM visits GROUP BY sex, region");
      ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
      // 5 members: t = 2, F_share = 2*ceil(400/6) = 134, so sigma = sqrt(134*5/4).
      EXPECT_EQ(answer.noise_sigma(), members == 3 ? 12.2 : 12.9);
      for (const v1::Cell& cell : answer.cells()) {
        const v1::CellValue& value = cell.values(0);
        if (value.status() == v1::CellValue::SUPPRESSED) {
          EXPECT_TRUE(value.value().empty() && value.margin95().empty());
          continue;
        }
        ++shown;
        const int64_t number = std::stoll(value.value()), margin = std::stoll(value.margin95());
        EXPECT_EQ(number % 3, 0);
        EXPECT_GE(number, 6);
        covered += std::abs(number - truth[testing::KeyOf(cell)]) <= margin;
      }
    }
    EXPECT_GT(shown, 250);
    EXPECT_GE(covered, 0.93 * shown) << members << " members, " << shown << " cells";
    EXPECT_LT(covered, shown) << "margins that never miss are too wide, or there is no noise";
  }
}

TEST(ProtectedAnswers, SayHowManyRowsOfAPersonCount) {
  for (const bool tells_people_apart : {false, true}) {
    Options options = testing::Generous(3);
    if (tells_people_apart) {
      v1::Column* nhi = options.standard.add_columns();
      nhi->set_name("nhi");
      nhi->set_role(v1::IDENTIFIER);
      nhi->set_type(v1::STRING);
      options.standard.set_entity("nhi");
      options.standard.set_max_rows_per_person(2);
    }
    Federation federation(options);
    testing::FillRows(federation, 100, 1);
    const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
    ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
    const bool said = std::count(answer.caveats().begin(), answer.caveats().end(),
                                 "At most 2 rows of one person count; further ones are left out.");
    EXPECT_EQ(said, tells_people_apart) << answer.DebugString();
  }
}

bool Says(const v1::Answer& answer, absl::string_view words) {
  return std::any_of(answer.caveats().begin(), answer.caveats().end(),
                     [&](const std::string& caveat) { return absl::StrContains(caveat, words); });
}

TEST(ProtectedAnswers, SayThatPartsDoNotAddUpToTheirTotals) {
  Federation federation(testing::Generous(3));
  testing::FillRows(federation, 100, 1);
  constexpr char kWords[] = "Subtotals and totals have noise of their own";
  EXPECT_TRUE(
      Says(federation.Ask("SELECT sex, COUNT(*) FROM visits GROUP BY ROLLUP (sex)"), kWords));
  EXPECT_FALSE(Says(federation.Ask("SELECT sex, COUNT(*) FROM visits GROUP BY sex"), kWords));
}

TEST(ProtectedAnswers, SayThatPeopleOfSeveralMembersCountAtEach) {
  for (const uint32_t owners : {1, 2}) {
    Options options = testing::Generous(3);
    options.standard.set_max_owners_per_person(owners);
    Federation federation(options);
    testing::FillRows(federation, 100, 1);
    EXPECT_EQ(Says(federation.Ask("SELECT COUNT(*) FROM visits"),
                   "Whoever several members hold counts once at each of them."),
              owners > 1);
  }
}

TEST(ProtectedAnswers, SayWhenTheyWereAskedAndForWhichProject) {
  Federation federation(testing::Generous(3));
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
  EXPECT_EQ(answer.asked_at(),
            absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", federation.clock.Now(), absl::UTCTimeZone()));
  EXPECT_EQ(answer.project(), "practice");
}

TEST(ProtectedAnswers, ProtectedAveragesCoverTheTruth) {
  Federation federation(testing::Generous(3, 9));
  testing::FillRows(federation, 800, 9);
  long double sum = 0, count = 0;
  for (const auto& row : federation.AllRows()) {
    if (row.income) sum += *row.income / 100.0L, ++count;
  }
  int covered = 0;
  for (int i = 0; i < 60; ++i) {
    federation.clock.Advance(absl::Seconds(40));
    const v1::Answer answer = federation.Ask("SELECT AVG(income), SUM(income) FROM visits");
    ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
    const auto& values = answer.cells(0).values();
    covered +=
        std::abs(std::stod(values[0].value()) - sum / count) <= std::stod(values[0].margin95());
    covered += std::abs(std::stod(values[1].value()) - sum) <= std::stod(values[1].margin95());
  }
  EXPECT_GE(covered, 0.9 * 120);
}

// Three of seven answer: each carries the noise that protects against three colluders of seven.
TEST(ProtectedAnswers, TheMarginOfASmallRosterIsThatOfItsNoise) {
  Federation federation(testing::Generous(7, 3));
  testing::FillRows(federation, 300, 3);
  const auto explained =
      federation.nodes[0]->asker->Explain(federation.Request("SELECT COUNT(*) FROM visits"));
  EXPECT_EQ(explained.noise_sigma(), 13.2);  // 7 shares of 100 coins
  federation.hook = [](Phase, size_t member, const v1::Envelope& request,
                       const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
    if (member > 2) return absl::UnavailableError("gone");
    return deliver(request);
  };
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(answer.noise_sigma(), 17.3);  // 3 shares of 400 coins; 12.2 of 200 once
  EXPECT_EQ(answer.cells(0).values(0).margin95(), "36");
  EXPECT_EQ(federation.nodes[0]
                ->asker->Explain(federation.Request("SELECT COUNT(*) FROM visits"))
                .noise_sigma(),
            17.3);
}

TEST(ProtectedAnswers, BudgetRunsOutExactly) {
  Options options;
  options.rule.set_yearly_budget_micro_rho(12'000);  // a standard count costs 5,000
  Federation federation(options);
  for (int i = 0; i < 2; ++i) {
    const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
    EXPECT_FALSE(answer.has_refusal()) << answer.DebugString();
    EXPECT_EQ(answer.cost_micro_rho(), 5'000u);
  }
  const v1::Answer third = federation.Ask("SELECT COUNT(*) FROM visits");
  EXPECT_EQ(third.refusal().reason(), v1::BUDGET_EXHAUSTED);
  EXPECT_EQ(
      third.refusal().message(),
      "the protection budget that the owner gives for this does not cover this question; member-00 "
      "says: visits: the question costs 5000 micro-rho, 2000 are left until the year turns on "
      "2024-01-01 (UTC)");
  EXPECT_EQ(third.cost_micro_rho(), 0u);
  for (auto& node : federation.nodes) {
    EXPECT_EQ(node->ledger->BalanceOf(testing::kDataset, federation.clock.Now()).spent_micro_rho,
              10'000u);
  }
}

}  // namespace
}  // namespace commons::query
