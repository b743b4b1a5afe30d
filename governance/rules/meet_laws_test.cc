// The meet as the greatest lower bound, over rules with every field, by an order that is written
// out without it.
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "governance/rules/meet.h"
#include "governance/testing/rule_order_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

constexpr int kRules = 2000;

std::string Bytes(const v1::Rule& rule) { return rule.SerializeAsString(); }

// A rule that allows nothing more than `rule`, field by field of a random one where that is so.
v1::Rule Narrowed(const v1::Rule& rule, SeededRandom& random) {
  v1::Rule narrow = rule;
  for (const RuleField* field : RuleFields()) {
    v1::Rule other = narrow;
    RandomiseField(other, *field, random);
    if (!Widens(narrow, other, *field)) narrow = other;
  }
  return narrow;
}

class MeetLaws : public testing::Test {
 protected:
  MeetLaws() { std::cout << "seed: " << kSeed << "\n"; }
  v1::Rule Any() { return RandomRule(random_); }
  v1::Rule NarrowerThan(const v1::Rule& rule) { return Narrowed(rule, random_); }

 private:
  static constexpr char kSeed[] = "laws of the meet";
  SeededRandom random_{kSeed};
};

TEST_F(MeetLaws, IdempotentCommutativeAssociative) {
  for (int i = 0; i < kRules; ++i) {
    const v1::Rule a = Any(), b = Any(), c = Any();
    const v1::Rule canonical = Meet(a, v1::Rule());
    ASSERT_EQ(Bytes(Meet(a, a)), Bytes(canonical)) << i;
    ASSERT_EQ(Bytes(Meet(canonical, canonical)), Bytes(canonical)) << i;
    ASSERT_EQ(Bytes(Meet(a, b)), Bytes(Meet(b, a))) << i;
    ASSERT_EQ(Bytes(Meet(Meet(a, b), c)), Bytes(Meet(a, Meet(b, c)))) << i;
  }
}

TEST_F(MeetLaws, WidensNeither) {
  for (int i = 0; i < kRules; ++i) {
    const v1::Rule a = Any(), b = Any(), both = Meet(a, b);
    ASSERT_EQ(WiderIn(a, both), "") << i;
    ASSERT_EQ(WiderIn(b, both), "") << i;
  }
}

// Whatever value is narrower than both is narrower than their meet: it takes away no more than it
// must.
TEST_F(MeetLaws, Greatest) {
  int below = 0;
  for (int i = 0; i < kRules; ++i) {
    const v1::Rule a = Any(), b = Any(), both = Meet(a, b), other = Any();
    for (const RuleField* field : RuleFields()) {
      if (Widens(a, other, *field) || Widens(b, other, *field)) continue;
      ASSERT_FALSE(Widens(both, other, *field)) << i << ": " << field->name();
      ++below;
    }
  }
  EXPECT_GT(below, kRules) << "there are such values";
}

TEST_F(MeetLaws, Monotone) {
  int narrower = 0;
  for (int i = 0; i < kRules; ++i) {
    const v1::Rule a = Any(), b = Any(), low = NarrowerThan(a);
    ASSERT_EQ(WiderIn(a, low), "") << i;
    ASSERT_EQ(WiderIn(Meet(a, b), Meet(low, b)), "") << i;
    narrower += !WiderIn(low, a).empty();
  }
  EXPECT_GT(narrower, kRules / 2) << "most are really narrower";
}

// The order tells every two values of every field apart.
TEST_F(MeetLaws, TheOrderKnowsEveryField) {
  for (const RuleField* field : RuleFields()) {
    const v1::Rule a = OnlyField(*field, false), b = OnlyField(*field, true);
    EXPECT_TRUE(Widens(a, b, *field) || Widens(b, a, *field)) << field->name();
    EXPECT_FALSE(Widens(a, a, *field)) << field->name();
    EXPECT_NE(Widens(v1::Rule(), a, *field), Widens(a, v1::Rule(), *field)) << field->name();
  }
}

}  // namespace
}  // namespace commons::governance
