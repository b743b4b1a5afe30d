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

}  // namespace
}  // namespace commons::governance
