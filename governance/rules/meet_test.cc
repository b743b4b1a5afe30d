#include "governance/rules/meet.h"

#include <fstream>
#include <iterator>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/rule_fields_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;

Strings RandomList(SeededRandom& random, bool closable) {
  Strings list;
  const uint64_t shape = random.Below(6);
  if (shape == 0) return list;
  if (shape == 1 && closable) {
    *list.Add() = "";
    return list;
  }
  for (const char* name : {"a", "b", "c", "d"}) {
    if (random.Below(2) == 0) *list.Add() = name;
  }
  return list;
}

v1::Rule RandomRule(SeededRandom& random) {
  v1::Rule r;
  r.set_release(static_cast<v1::Release>(random.Below(3)));
  r.set_noise(static_cast<v1::NoiseClass>(random.Below(5)));
  r.set_threshold(random.Below(4));
  r.set_rounding(random.Below(4));
  r.set_min_members(random.Below(4));
  r.set_min_membership_days(random.Below(4));
  r.set_hold_days(random.Below(4));
  r.set_collusion(static_cast<v1::CollusionModel>(random.Below(3)));
  r.set_exclusive_cells(static_cast<v1::ExclusiveCells>(random.Below(3)));
  r.set_yearly_budget_micro_rho(random.Below(4));
  r.set_project_budget_micro_rho(random.Below(4));
  r.set_researcher_budget_micro_rho(random.Below(4));
  r.set_asker_budget_micro_rho(random.Below(4));
  r.set_question_budget_micro_rho(random.Below(4));
  *r.mutable_purposes() = RandomList(random, true);
  *r.mutable_columns() = RandomList(random, true);
  *r.mutable_asking_orgs() = RandomList(random, true);
  *r.mutable_researchers() = RandomList(random, true);
  *r.mutable_legal_bases() = RandomList(random, true);
  *r.mutable_labels() = RandomList(random, false);
  *r.mutable_prohibited() = RandomList(random, false);
  r.set_reply_slot_ms(random.Below(4));
  return r;
}

std::string Bytes(const v1::Rule& rule) { return rule.SerializeAsString(); }

// What a list allows, asked name by name.
bool Allows(const Strings& list, const std::string& name) {
  return list.empty() || std::find(list.begin(), list.end(), name) != list.end();
}
bool Has(const Strings& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

TEST(Meet, AllowsExactlyWhatBothAllow) {
  SeededRandom random("meet lists");
  for (int i = 0; i < 3000; ++i) {
    const v1::Rule a = RandomRule(random), b = RandomRule(random), m = Meet(a, b);
    for (const std::string name : {"a", "b", "c", "d", "never named"}) {
      ASSERT_EQ(Allows(m.purposes(), name),
                Allows(a.purposes(), name) && Allows(b.purposes(), name));
      ASSERT_EQ(Allows(m.columns(), name), Allows(a.columns(), name) && Allows(b.columns(), name));
      ASSERT_EQ(Allows(m.asking_orgs(), name),
                Allows(a.asking_orgs(), name) && Allows(b.asking_orgs(), name));
      ASSERT_EQ(Allows(m.researchers(), name),
                Allows(a.researchers(), name) && Allows(b.researchers(), name));
      ASSERT_EQ(Allows(m.legal_bases(), name),
                Allows(a.legal_bases(), name) && Allows(b.legal_bases(), name));
      ASSERT_EQ(Has(m.labels(), name), Has(a.labels(), name) || Has(b.labels(), name));
      ASSERT_EQ(Has(m.prohibited(), name), Has(a.prohibited(), name) || Has(b.prohibited(), name));
    }
  }
}

// The strictest value, by a written-out order per field; 0 is "not said".
TEST(Meet, NumbersAreNeverLooserThanEitherSide) {
  SeededRandom random("meet numbers");
  const std::set<std::string> smaller_is_stricter = {"release",
                                                     "exclusive_cells",
                                                     "yearly_budget_micro_rho",
                                                     "project_budget_micro_rho",
                                                     "researcher_budget_micro_rho",
                                                     "asker_budget_micro_rho",
                                                     "question_budget_micro_rho"};
  const auto* descriptor = v1::Rule::descriptor();
  const auto value = [](const v1::Rule& rule, const google::protobuf::FieldDescriptor* field) {
    const auto* r = rule.GetReflection();
    using Field = google::protobuf::FieldDescriptor;
    return field->cpp_type() == Field::CPPTYPE_ENUM     ? uint64_t(r->GetEnumValue(rule, field))
           : field->cpp_type() == Field::CPPTYPE_UINT64 ? r->GetUInt64(rule, field)
                                                        : uint64_t{r->GetUInt32(rule, field)};
  };
  for (int i = 0; i < 2000; ++i) {
    const v1::Rule a = RandomRule(random), b = RandomRule(random), m = Meet(a, b);
    for (int f = 0; f < descriptor->field_count(); ++f) {
      const auto* field = descriptor->field(f);
      if (field->is_repeated()) continue;
      const uint64_t x = value(a, field), y = value(b, field);
      uint64_t expected = x > y ? x : y;
      if (smaller_is_stricter.contains(field->name()) && x != 0 && y != 0) expected = x < y ? x : y;
      ASSERT_EQ(value(m, field), expected) << field->name() << " of " << x << " and " << y;
    }
  }
}

TEST(Meet, KnowsEveryField) {
  for (const RuleField* field : RuleFields()) {
    std::set<std::string> met;
    for (const bool second : {false, true}) {
      const v1::Rule one = OnlyField(*field, second);
      EXPECT_EQ(Bytes(Meet(one, v1::Rule())), Bytes(one)) << field->name();
      EXPECT_EQ(Bytes(Meet(v1::Rule(), one)), Bytes(one)) << field->name();
      met.insert(Bytes(Meet(one, OnlyField(*field, false))));
      met.insert(Bytes(Meet(one, OnlyField(*field, true))));
    }
    EXPECT_GT(met.size(), 1u) << field->name() << " is not read";
  }
}

TEST(Meet, IsCanonicalInEveryList) {
  for (const RuleField* field : RuleFields()) {
    if (!field->is_repeated()) continue;
    v1::Rule untidy, tidy;
    for (const char letter : {'b', 'a', 'b'}) {
      untidy.GetReflection()->AddString(&untidy, field, EntryOf(*field, letter));
    }
    for (const char letter : {'a', 'b'}) {
      tidy.GetReflection()->AddString(&tidy, field, EntryOf(*field, letter));
    }
    EXPECT_EQ(Bytes(Meet(untidy, untidy)), Bytes(tidy)) << field->name();
    EXPECT_EQ(Bytes(Meet(untidy, v1::Rule())), Bytes(tidy)) << field->name();
  }
}

// docs/formats/documents.md has a line for each, with its number.
TEST(Meet, IsDocumentedForEveryField) {
  std::ifstream file(std::string(COMMONS_SOURCE_DIR) + "/docs/formats/documents.md");
  const std::string all((std::istreambuf_iterator<char>(file)), {});
  const size_t from = all.find("## The meet of rules"), to = all.find("Canonical:", from);
  ASSERT_NE(to, std::string::npos);
  const std::string table = all.substr(from, to - from);
  for (const RuleField* field : RuleFields()) {
    const std::string row = absl::StrCat("\n| ", field->number(), " | ", field->name(), " | ");
    EXPECT_TRUE(absl::StrContains(table, row)) << field->name();
  }
}

TEST(Meet, DisjointListsAllowNothingForGood) {
  v1::Rule a, b;
  a.add_purposes("health");
  b.add_purposes("education");
  const v1::Rule none = Meet(a, b);
  ASSERT_EQ(none.purposes_size(), 1);
  EXPECT_EQ(none.purposes(0), "");
  EXPECT_EQ(Bytes(Meet(none, a)), Bytes(none));  // a third rule can't reopen it
  EXPECT_EQ(Bytes(Meet(none, v1::Rule())), Bytes(none));
}

}  // namespace
}  // namespace commons::governance
