// For tests: rules made at random, with every field, and which of two allows more. Written without
// the meet, so that it can be held against it.
#ifndef COMMONS_GOVERNANCE_TESTING_RULE_ORDER_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_RULE_ORDER_FOR_TEST_H_

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "google/protobuf/reflection.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/rule_fields_for_test.h"

namespace commons::governance {

// A list that names what is not allowed, or what must be said.
inline bool IsUnion(const RuleField& field) {
  return field.name() == "labels" || field.name() == "prohibited";
}
// The smaller number is the stricter one; 0 says nothing in every field.
inline bool SmallerIsStricter(const RuleField& field) {
  return field.name() == "release" || field.name() == "exclusive_cells" ||
         absl::EndsWith(field.name(), "_budget_micro_rho");
}

inline void RandomiseField(v1::Rule& rule, const RuleField& field, SeededRandom& random) {
  const auto* r = rule.GetReflection();
  r->ClearField(&rule, &field);
  if (field.is_repeated()) {
    const uint64_t shape = random.Below(6);
    if (shape == 1 && !IsUnion(field)) r->AddString(&rule, &field, "");
    for (const char letter : {'a', 'b', 'c', 'd'}) {
      if (shape > 1 && random.Below(2) == 0) r->AddString(&rule, &field, EntryOf(field, letter));
    }
  } else if (field.cpp_type() == RuleField::CPPTYPE_ENUM) {
    const auto values = static_cast<uint64_t>(field.enum_type()->value_count());
    r->SetEnumValue(&rule, &field,
                    field.enum_type()->value(static_cast<int>(random.Below(values)))->number());
  } else if (field.cpp_type() == RuleField::CPPTYPE_UINT64) {
    r->SetUInt64(&rule, &field, random.Below(4));
  } else {
    r->SetUInt32(&rule, &field, static_cast<uint32_t>(random.Below(4)));
  }
}
inline v1::Rule RandomRule(SeededRandom& random) {
  v1::Rule rule;
  for (const RuleField* field : RuleFields()) RandomiseField(rule, *field, random);
  return rule;
}

inline uint64_t NumberIn(const v1::Rule& rule, const RuleField& field) {
  const auto* r = rule.GetReflection();
  if (field.cpp_type() == RuleField::CPPTYPE_ENUM) return uint64_t(r->GetEnumValue(rule, &field));
  return field.cpp_type() == RuleField::CPPTYPE_UINT64 ? r->GetUInt64(rule, &field)
                                                       : r->GetUInt32(rule, &field);
}
inline std::set<std::string> ListIn(const v1::Rule& rule, const RuleField& field) {
  const auto list = rule.GetReflection()->GetRepeatedFieldRef<std::string>(rule, &field);
  return {list.begin(), list.end()};
}

// Whether `to` allows in this field what `from` does not. A list that nobody set allows all.
inline bool Widens(const v1::Rule& from, const v1::Rule& to, const RuleField& field) {
  if (!field.is_repeated()) {
    const uint64_t was = NumberIn(from, field), is = NumberIn(to, field);
    if (!SmallerIsStricter(field)) return is < was;
    return was != 0 && (is == 0 || is > was);
  }
  std::set<std::string> was = ListIn(from, field), is = ListIn(to, field);
  if (!IsUnion(field)) {
    if (was.empty() || is.empty()) return !was.empty();
    std::swap(was, is);
  }
  was.erase("");
  return std::any_of(was.begin(), was.end(),
                     [&](const auto& entry) { return !is.contains(entry); });
}
// The first such field; "" when there is none.
inline std::string WiderIn(const v1::Rule& from, const v1::Rule& to) {
  for (const RuleField* field : RuleFields()) {
    if (Widens(from, to, *field)) return field->name();
  }
  return "";
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_RULE_ORDER_FOR_TEST_H_
