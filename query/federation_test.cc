// Whole questions through a federation in one process: answers against a slow reference over the
// pooled rows, accuracy of what is said about the noise.
#include <cmath>
#include <cstdio>
#include <map>
#include <random>

#include "gtest/gtest.h"
#include "query/release.h"
#include "query/testing/federation.h"
#include "query/wire.h"

namespace commons::query {
namespace {

using testing::Federation;
using testing::Options;

void FillRows(Federation& federation, size_t rows_each, uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& node : federation.nodes) {
    for (size_t i = 0; i < rows_each; ++i) {
      testing::RowOfVisits row;
      row.sex = random() % 2;  // U stays empty
      if (random() % 4 != 0) row.region = random() % 2;
      if (random() % 5 != 0) row.income = static_cast<int64_t>(random() % 1000'00);
      row.age = static_cast<int64_t>(random() % 100);
      node->rows.push_back(row);
    }
  }
}

Options Open(size_t members = 3) {
  Options options;
  options.members = members;
  options.rule = testing::DefaultRule(v1::OPEN);
  return options;
}

std::string KeyOf(const v1::Cell& cell) {
  std::string key;
  for (const v1::KeyPart& part : cell.key()) {
    absl::StrAppend(&key, part.dimension(), "=",
                    part.kind() == v1::KeyPart::MISSING ? "null" : part.label(), ";");
  }
  return key;
}

TEST(FederationTest, OpenCountsEqualThePooledRows) {
  Federation federation(Open());
  FillRows(federation, 200, 1);
  const v1::Answer answer =
      federation.Ask("SELECT sex, region, COUNT(*) AS n FROM visits GROUP BY sex, region");
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  std::map<std::string, int64_t> expected;
  for (const auto& row : federation.AllRows()) {
    const char* regions[] = {"north", "south"};
    ++expected[absl::StrCat("sex=", std::string(1, "FMU"[row.sex]), ";region=",
                            row.region ? regions[*row.region] : "null", ";")];
  }
  EXPECT_EQ(answer.cells_size(), 9);
  for (const v1::Cell& cell : answer.cells()) {
    EXPECT_EQ(cell.values(0).value(), absl::StrCat(expected[KeyOf(cell)])) << KeyOf(cell);
    EXPECT_EQ(cell.values(0).status(), "released");
    EXPECT_EQ(cell.values(0).margin95(), "0");
  }
  EXPECT_EQ(answer.release(), "open");
  EXPECT_EQ(answer.cost_micro_rho(), 0u);
  EXPECT_EQ(answer.signatures_size(), 3);
  ASSERT_EQ(answer.members_size(), 3);
  EXPECT_EQ(answer.members(0).member(), "member-00");
  EXPECT_EQ(answer.members(0).status(), "answered");
  EXPECT_EQ(answer.members(0).epoch(), 1u);
  EXPECT_EQ(answer.members(0).as_of(), "2023-11-01");
}

// Rounded as printed, then compared as numbers: the reference sums in another order and type.
void ExpectNear(const std::string& shown, long double expected) {
  EXPECT_NEAR(std::stod(shown), static_cast<double>(expected),
              1e-12 * std::abs(static_cast<double>(expected)))
      << shown;
}

TEST(FederationTest, OpenSumsAndMomentsEqualThePooledRows) {
  Federation federation(Open());
  FillRows(federation, 300, 2);
  const v1::Answer answer = federation.Ask(
      "SELECT sex, SUM(income), AVG(income), VARIANCE(income), STDDEV(income) FROM visits "
      "GROUP BY sex");
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  ASSERT_EQ(answer.cells_size(), 3);
  for (uint32_t sex = 0; sex < 2; ++sex) {
    int64_t cents = 0, count = 0;
    for (const auto& row : federation.AllRows()) {
      if (row.sex == sex && row.income) cents += *row.income, ++count;
    }
    const long double mean = cents / 100.0L / count;
    long double squares = 0;
    for (const auto& row : federation.AllRows()) {
      if (row.sex == sex && row.income) squares += std::pow(*row.income / 100.0L - mean, 2);
    }
    const auto& values = answer.cells(sex).values();
    char exact[64];
    snprintf(exact, sizeof(exact), "%.2f", cents / 100.0);
    EXPECT_EQ(std::stod(values[0].value()), std::stod(exact));
    ExpectNear(values[1].value(), mean);
    ExpectNear(values[2].value(), squares / (count - 1));
    ExpectNear(values[3].value(), std::sqrt(squares / (count - 1)));
  }
  for (const v1::CellValue& value : answer.cells(2).values()) EXPECT_EQ(value.value(), "null");
}

TEST(FederationTest, OpenPerMemberCellsAddUp) {
  Federation federation(Open());
  FillRows(federation, 50, 3);
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits", 1, true);
  int64_t sum = 0;
  for (const v1::MemberState& member : answer.members()) {
    ASSERT_EQ(member.cells_size(), 1);
    sum += std::stoll(member.cells(0).values(0).value());
  }
  EXPECT_EQ(sum, 150);
}

TEST(FederationTest, RollupTotalsLeaveTheDimensionOut) {
  Federation federation(Open());
  FillRows(federation, 40, 4);
  const v1::Answer answer =
      federation.Ask("SELECT sex, COUNT(*) FROM visits GROUP BY ROLLUP(sex)");
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  int totals = 0;
  for (const v1::Cell& cell : answer.cells()) {
    if (cell.key_size() > 0) continue;
    ++totals;
    EXPECT_EQ(cell.values(0).value(), "120");
  }
  EXPECT_EQ(totals, 1);
}

TEST(FederationTest, OrderAndLimit) {
  Federation federation(Open());
  FillRows(federation, 40, 5);
  const v1::Answer answer = federation.Ask(
      "SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex ORDER BY n DESC LIMIT 2");
  ASSERT_EQ(answer.cells_size(), 2);
  EXPECT_GE(std::stoi(answer.cells(0).values(0).value()),
            std::stoi(answer.cells(1).values(0).value()));
  EXPECT_GT(std::stoi(answer.cells(1).values(0).value()), 0);
}

Options Generous(size_t members, uint64_t seed) {
  Options options;
  options.members = members;
  options.seed = seed;
  options.rule.set_yearly_budget_micro_rho(UINT64_MAX / 4);
  return options;
}

TEST(FederationTest, MarginsCoverTheTruth) {
  for (const size_t members : {3, 5}) {
    Federation federation(Generous(members, members));
    FillRows(federation, 600, members);
    std::map<std::string, int64_t> truth;
    for (const auto& row : federation.AllRows()) {
      const char* regions[] = {"north", "south"};
      ++truth[absl::StrCat("sex=", std::string(1, "FMU"[row.sex]), ";region=",
                           row.region ? regions[*row.region] : "null", ";")];
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
        if (value.status() == "suppressed") {
          EXPECT_TRUE(value.value().empty() && value.margin95().empty());
          continue;
        }
        ++shown;
        const int64_t number = std::stoll(value.value()), margin = std::stoll(value.margin95());
        EXPECT_EQ(number % 3, 0);
        EXPECT_GE(number, 6);
        covered += std::abs(number - truth[KeyOf(cell)]) <= margin;
      }
    }
    EXPECT_GT(shown, 250);
    EXPECT_GE(covered, 0.93 * shown) << members << " members, " << shown << " cells";
    EXPECT_LT(covered, shown) << "margins that never miss are too wide, or there is no noise";
  }
}

TEST(FederationTest, ProtectedAveragesCoverTheTruth) {
  Federation federation(Generous(3, 9));
  FillRows(federation, 800, 9);
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
    covered += std::abs(std::stod(values[0].value()) - sum / count) <=
               std::stod(values[0].margin95());
    covered += std::abs(std::stod(values[1].value()) - sum) <= std::stod(values[1].margin95());
  }
  EXPECT_GE(covered, 0.9 * 120);
}

TEST(FederationTest, BudgetRunsOutExactly) {
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
  EXPECT_EQ(third.cost_micro_rho(), 0u);
  for (auto& node : federation.nodes) {
    EXPECT_EQ(node->ledger->BalanceOf(testing::kDataset, federation.clock.Now()).spent_micro_rho,
              10'000u);
  }
}

// One member goes away at each phase, before its message arrives or after it acted on it.
struct Loss {
  const char* name;
  Phase phase;
  bool after;
  v1::Reason refusal;     // of 3 members
  bool answered_of_four;
  bool spent;
};
class LossTest : public ::testing::TestWithParam<Loss> {};

TEST_P(LossTest, AnAnswerOrAClearRefusal) {
  const Loss& loss = GetParam();
  for (const size_t members : {3, 4}) {
    Federation federation(Generous(members, 20));
    FillRows(federation, 500, 20);
    federation.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
                          const Federation::Deliver& deliver) -> absl::StatusOr<v1::Envelope> {
      if (member != members - 1 || phase < loss.phase) return deliver(request);
      if (loss.after && phase == loss.phase) (void)deliver(request);
      return absl::UnavailableError("gone");
    };
    const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
    const bool expected = loss.refusal == v1::REASON_UNSPECIFIED ||
                          (members == 4 && loss.answered_of_four);
    EXPECT_EQ(!answer.has_refusal(), expected) << answer.DebugString();
    if (expected) {
      const int64_t value = std::stoll(answer.cells(0).values(0).value());
      const int64_t total = answer.members(members - 1).status() == "answered" ? members : 3;
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

TEST(FederationTest, RefusedQuestionsLeaveNothingOpen) {
  Federation federation(Generous(3, 21));
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

TEST(FederationTest, PolicyNarrowedBetweenSealAndSubmitRefuses) {
  Federation federation(Generous(3, 22));
  v1::Rule narrower = testing::DefaultRule();
  narrower.clear_purposes();
  narrower.add_purposes("another");
  size_t narrowed = 3;  // whoever is not the first to be asked to submit
  federation.hook = [&](Phase phase, size_t member, const v1::Envelope& request,
                        const Federation::Deliver& deliver) {
    if (phase == Phase::kSubmit && narrowed == 3) {
      narrowed = (member + 1) % 3;
      federation.SetRule(narrowed, narrower);
    }
    return deliver(request);
  };
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
  EXPECT_EQ(answer.refusal().reason(), v1::ABORTED);
  EXPECT_EQ(answer.members(narrowed).reason(), "PURPOSE_NOT_ALLOWED");
}

TEST(FederationTest, AnEditionThatTheNoticeDoesNotNameIsNotAskedAbout) {
  Federation federation(Generous(4, 24));
  federation.nodes[1]->epoch = 2;  // the notice of holdings names 1
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
  EXPECT_FALSE(answer.has_refusal()) << answer.ShortDebugString();
  for (const v1::MemberState& member : answer.members()) {
    const bool unsigned_edition = member.member() == federation.nodes[1]->name;
    EXPECT_EQ(member.status(), unsigned_edition ? "refused" : "answered");
    EXPECT_EQ(member.reason(), unsigned_edition ? "NO_DATA" : "");
    EXPECT_EQ(member.epoch(), unsigned_edition ? 0u : 1u);
  }
}

TEST(FederationTest, OpenRulesForADatasetThatCannotBeOpenAreRefusedWithThatReason) {
  Options options = Generous(3, 25);
  options.rule = testing::DefaultRule(v1::OPEN);
  v1::Column& hidden = *options.standard.add_columns();
  hidden.set_name("name");
  hidden.set_role(v1::HIDDEN);
  hidden.set_type(v1::STRING);
  Federation federation(options);
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits");
  EXPECT_EQ(answer.refusal().reason(), v1::RELEASE_NOT_ALLOWED);
  EXPECT_EQ(answer.refusal().message(), "'visits' keeps 'name', so it can't be open");
}

TEST(FederationTest, APurposeOutsideTheDefinitionIsRefusedNamingThoseInIt) {
  Options options = Generous(3, 26);
  options.standard.add_purposes(testing::kPurpose);
  options.rule.add_purposes("marketing");
  Federation federation(options);
  EXPECT_FALSE(federation.Ask("SELECT COUNT(*) FROM visits").has_refusal());
  v1::PrepareRequest request = federation.Request("SELECT COUNT(*) FROM visits");
  request.set_purpose("marketing");
  const auto prepared = federation.nodes[0]->asker->Prepare(request);
  EXPECT_EQ(governance::ReasonOf(prepared.status()), v1::PURPOSE_NOT_ALLOWED);
  EXPECT_EQ(governance::RefusalOf(prepared.status()).message(),
            absl::StrCat("visits may not be used for 'marketing'; its definition allows: ",
                         testing::kPurpose));
}

TEST(FederationTest, ExplainNamesWhoForcesWhat) {
  Federation federation(Generous(3, 23));
  v1::Rule strict = testing::DefaultRule();
  strict.set_noise(v1::BROAD);
  strict.set_threshold(20);
  federation.SetRule(1, strict);
  federation.nodes[2]->ready = governance::Refuse(v1::STALE, "catching up");
  const v1::ExplainReply reply =
      federation.nodes[0]->asker->Explain(federation.Request("SELECT COUNT(*) FROM visits"));
  ASSERT_EQ(reply.members_size(), 3) << reply.DebugString();
  EXPECT_EQ(reply.members(0).forces_size(), 0);
  ASSERT_EQ(reply.members(1).forces_size(), 2);
  EXPECT_EQ(reply.members(1).forces(0), "noise");
  EXPECT_EQ(reply.members(1).forces(1), "threshold");
  EXPECT_EQ(reply.members(2).status(), "would_refuse");
  EXPECT_EQ(reply.members(2).reason(), "STALE");
  EXPECT_EQ(reply.noise_class(), "broad");
  EXPECT_EQ(reply.threshold(), 20u);
  EXPECT_EQ(reply.cost_micro_rho(), 1'250u);
  EXPECT_EQ(reply.cells(), 1u);
  EXPECT_EQ(reply.notes_size(), 1);
}

TEST(FederationTest, UnknownDatasetNamesTheNearest) {
  Federation federation;
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visit");
  EXPECT_EQ(answer.refusal().reason(), v1::UNKNOWN_DATASET);
  EXPECT_NE(answer.refusal().message().find("visits"), std::string::npos);
}

}  // namespace
}  // namespace commons::query
