// What a member looks at before it says yes: one thing is wrong at a time, and the words tell what.
#include "query/member/permit.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "query/question/question.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

using testing::Federation;

class PermitTest : public ::testing::Test {
 protected:
  PermitTest() : x(f) {}
  std::string Told(const v1::Question& question, size_t member = 1) {
    const auto permit = PermitQuestion(f.ContextOf(*f.nodes[member]), *f.reg(), question,
                                       {f.nodes[0]->org, f.researcher.public_key()});
    if (permit.ok()) return "OK";
    return absl::StrCat(v1::Reason_Name(governance::ReasonOf(permit.status())), ": ",
                        permit.status().message());
  }
  std::string Told() { return Told(question); }
  void SetRule(void (*change)(v1::Rule&)) {
    v1::Rule rule = testing::DefaultRule();
    change(rule);
    f.SetRule(1, rule);
  }

  Federation f;
  testing::Exchange x;
  v1::Question question = x.prepared.plan.question;
};

TEST_F(PermitTest, ANodeThatIsNotReadyPermitsNothing) {
  ASSERT_EQ(Told(), "OK");
  f.nodes[1]->ready = governance::Refuse(v1::STALE, "waiting for 1 of: lakes");
  EXPECT_EQ(Told(), "STALE: waiting for 1 of: lakes");
}

TEST_F(PermitTest, AQuestionOfAnotherCommonsOrDefinition) {
  v1::Question other = question;
  other.set_commons_id(std::string(32, 'x'));
  EXPECT_EQ(Told(other), "WRONG_COMMONS: question: for another commons");
  other = question;
  other.set_standard_id(std::string(32, 'x'));
  EXPECT_EQ(Told(other), "WRONG_STANDARD: visits: asked under another common definition");
  other = question;
  other.set_dataset("nothing");
  EXPECT_EQ(Told(other), "UNKNOWN_DATASET: question: no common definition of this dataset");
  other = question;
  other.set_project("short");
  EXPECT_EQ(Told(other), "MALFORMED: question: the project's id is not 32 bytes");
}

TEST_F(PermitTest, MembersThatAreTooNewDoNotCount) {
  SetRule([](v1::Rule& rule) { rule.set_min_membership_days(30); });
  EXPECT_EQ(Told(), "TOO_FEW_MEMBERS: wants at least 3 that have been members for 30 days, 0 have");
  f.clock.Advance(absl::Hours(30 * 24));
  EXPECT_EQ(Told(), "OK");
}

TEST_F(PermitTest, WhatOneQuestionMayCost) {
  const uint64_t cost = *CostOf(question, f.standard());
  v1::Rule rule = testing::DefaultRule();
  rule.set_question_budget_micro_rho(cost);
  f.SetRule(1, rule);
  EXPECT_EQ(Told(), "OK");
  rule.set_question_budget_micro_rho(cost - 1);
  f.SetRule(1, rule);
  EXPECT_EQ(Told(), absl::StrCat("BUDGET_EXHAUSTED: visits: costs ", cost,
                                 " micro-rho, one question may cost ", cost - 1));
}

TEST_F(PermitTest, AnEditionThatTheNoticeDoesNotName) {
  f.nodes[1]->edition = 2;
  EXPECT_EQ(Told(), "NO_DATA: visits: edition 2 is held, the notice of holdings names edition 1");
  f.SetEdition(1, 2);
  EXPECT_EQ(Told(), "OK");
}

// Codes that only one owner can have.
testing::Options FourMembers() {
  testing::Options options;
  options.members = 4;
  return options;
}

// region: north is member 0's alone, south member 1's; missing is anybody's. Rules ask for three
// members: without any one of the four, the others could answer.
class ExclusiveCodesTest : public ::testing::Test {
 protected:
  ExclusiveCodesTest() {
    v1::Standard standard = testing::VisitsStandard();
    for (int i = 0; i < 2; ++i) {
      standard.mutable_columns(1)->mutable_codes(i)->set_exclusive_org(
          f.nodes[static_cast<size_t>(i)]->org.ToBytes());
    }
    f.SetStandard(standard);
    for (size_t member : {0, 1, 2, 3}) Allow(member, v1::ALLOW);
  }
  void Allow(size_t member, v1::ExclusiveCells cells) {
    v1::Rule rule = testing::DefaultRule();
    rule.set_exclusive_cells(cells);
    f.SetRule(member, rule);
  }
  v1::Reason Asking(const std::string& sql) { return f.Ask(sql).refusal().reason(); }
  Federation f{FourMembers()};
};

constexpr const char* kUses[] = {
    "SELECT COUNT(*) FROM visits WHERE region = 'south'",
    "SELECT COUNT(*) FROM visits WHERE region <> 'south'",
    "SELECT COUNT(*) FROM visits WHERE region = 'north'",
    "SELECT COUNT(*) FROM visits WHERE region NOT IN ('south')",
    "SELECT COUNT(*) FROM visits WHERE region IN ('north', 'south')",
    "SELECT COUNT(*) FROM visits WHERE region IS NULL",
    "SELECT region, COUNT(*) FROM visits GROUP BY region",
    "SELECT COUNT(*) FILTER (WHERE region = 'north') FROM visits",
    "SELECT CASE WHEN region IS NULL THEN 'none' ELSE 'some' END, COUNT(*) FROM visits GROUP BY 1",
    "SELECT COUNT(*) FROM visits WHERE region = 'north' OR sex = 'F'",
    "SELECT COUNT(*) FILTER (WHERE region = 'north' OR sex = 'F') FROM visits",
    "SELECT region, COUNT(*) FROM visits WHERE region = 'north' GROUP BY region"};

TEST_F(ExclusiveCodesTest, WhoeverHasOneMustAllowItOnBothSidesOfAFilter) {
  Allow(1, v1::REFUSE);
  for (const char* sql : kUses) EXPECT_EQ(Asking(sql), v1::EXCLUSIVE_CELLS) << sql;
  EXPECT_EQ(Asking("SELECT COUNT(*) FROM visits"), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(Asking("SELECT sex, COUNT(*) FROM visits GROUP BY sex"), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(Asking("SELECT COUNT(*) FROM visits WHERE sex = 'F'"), v1::REASON_UNSPECIFIED);
}

// Each member refuses by itself, also one that has no such code and allows its own: an asker could
// leave out the owner that does not.
TEST_F(ExclusiveCodesTest, EveryMemberLooksAtEveryOwnersRules) {
  for (const char* sql : kUses) {
    Allow(1, v1::ALLOW);
    testing::Exchange x(f, sql);
    Allow(1, v1::REFUSE);
    for (const size_t member : {0, 2, 3}) {
      v1::ProposeReply reply;
      ASSERT_TRUE(reply.ParseFromString(x.Propose(member).payload()));
      EXPECT_EQ(reply.refusal().reason(), v1::EXCLUSIVE_CELLS) << sql;
      EXPECT_EQ(reply.refusal().message(),
                "only member-01 can have a code of a column that is grouped or filtered by, and "
                "its rules do not allow that")
          << sql;
    }
  }
}

TEST_F(ExclusiveCodesTest, AllowedByThoseWhoHaveThem) {
  Allow(2, v1::REFUSE);  // it has none
  for (const char* sql : kUses) EXPECT_EQ(Asking(sql), v1::REASON_UNSPECIFIED) << sql;
}

}  // namespace
}  // namespace commons::query
