#include "governance/review/rule_words.h"

#include <set>
#include <string>

#include "governance/testing/rule_fields_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

std::string Words(const v1::Rule& rule) {
  Screen screen;
  ShowRule(rule, nullptr, screen);
  return screen.Finish();
}

TEST(ShowRule, SaysNothingOfAnEmptyRule) { EXPECT_EQ(Words(v1::Rule()), ""); }

// A board must see every field that it signs, and which value.
TEST(ShowRule, HasALineOfItsOwnForEveryField) {
  std::set<std::string> lines;
  for (const RuleField* field : RuleFields()) {
    for (const bool second : {false, true}) {
      const std::string words = Words(OnlyField(*field, second));
      EXPECT_FALSE(words.empty()) << field->name() << " is not shown";
      EXPECT_TRUE(lines.insert(words).second) << field->name() << ": " << words;
    }
  }
}

// Micro-rho alone tell a board nothing.
TEST(ShowRule, SaysWhatAYearsBudgetTells) {
  v1::Rule rule;
  rule.set_yearly_budget_micro_rho(500'000);
  const char meaning[] = "  what that budget means: a year of answers lets the best guess";
  EXPECT_NE(Words(rule).find(meaning), std::string::npos) << Words(rule);
  EXPECT_NE(Words(rule).find("70 % of the time"), std::string::npos);
  rule.set_release(v1::OPEN);
  EXPECT_EQ(Words(rule).find(meaning), std::string::npos) << "exact figures have no budget";
}

TEST(ShowRule, SaysNothingWhereAListAllowsNothing) {
  v1::Rule rule;
  rule.add_purposes("");
  EXPECT_EQ(Words(rule), "  purposes: nothing\n");
}

std::string Changes(const v1::Rule& before, const v1::Rule& rule) {
  Screen screen;
  ShowRuleChanges(before, rule, nullptr, screen);
  return screen.Finish();
}
bool Loosens(const v1::Rule& before, const v1::Rule& rule) {
  return Changes(before, rule).find("  WIDER: ") != std::string::npos;
}

// A board must see what a rule replaces, whatever field it is in.
TEST(ShowRuleChanges, NamesEveryFieldAndWhichWayItGoes) {
  for (const RuleField* field : RuleFields()) {
    const v1::Rule one = OnlyField(*field, false), other = OnlyField(*field, true);
    EXPECT_EQ(Changes(one, one), "") << field->name();
    EXPECT_NE(Changes(one, other).find("; was "), std::string::npos) << field->name();
    const bool there = Loosens(one, other), back = Loosens(other, one);
    // Of two lists neither holds the other.
    EXPECT_EQ(there != back, !field->is_repeated()) << field->name();
    EXPECT_TRUE(Loosens(one, v1::Rule())) << field->name() << ": no rule at all is looser";
    EXPECT_FALSE(Loosens(v1::Rule(), one)) << field->name();
  }
}

TEST(ShowRuleChanges, SaysInWordsWhatLoosens) {
  v1::Rule before, rule;
  before.set_release(v1::PROTECTED);
  before.set_threshold(6);
  before.set_noise(v1::BROAD);
  before.set_min_members(3);
  before.set_yearly_budget_micro_rho(10);
  rule.set_release(v1::OPEN);
  rule.set_threshold(5);
  rule.set_noise(v1::LIGHT);
  rule.set_min_members(2);
  rule.set_yearly_budget_micro_rho(20);
  const std::string words = Changes(before, rule);
  for (const char* said :
       {"WIDER: figures are shown: exactly (open); was protected",
        "WIDER: too small to show below: 5; was 6", "protection at least: light; was broad",
        "members needed: 2; was 3",
        "yearly budget of each dataset: 0.004 standard tables; was 0.002 standard tables"}) {
    EXPECT_NE(words.find(said), std::string::npos) << said << " in\n" << words;
  }
  const std::string back = Changes(rule, before);
  EXPECT_EQ(back.find("WIDER"), std::string::npos) << back;
  EXPECT_NE(back.find("  stricter: too small to show below: 6; was 5"), std::string::npos) << back;
}

}  // namespace
}  // namespace commons::governance
