// For tests that a place knows every field of v1::Rule: they walk its descriptor, so that a field
// added later fails where it was forgotten.
#ifndef COMMONS_GOVERNANCE_TESTING_RULE_FIELDS_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_RULE_FIELDS_FOR_TEST_H_

#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "proto/documents.pb.h"

namespace commons::governance {

using RuleField = google::protobuf::FieldDescriptor;

inline std::vector<const RuleField*> RuleFields() {
  std::vector<const RuleField*> fields;
  const auto* descriptor = v1::Rule::descriptor();
  fields.reserve(static_cast<size_t>(descriptor->field_count()));
  for (int i = 0; i < descriptor->field_count(); ++i) fields.push_back(descriptor->field(i));
  return fields;
}

// An entry that the list may hold: an id of 32 bytes, or a text.
inline std::string EntryOf(const RuleField& field, char letter) {
  return std::string(field.type() == RuleField::TYPE_BYTES ? 32 : 5, letter);
}

// A rule that says this and nothing else: one of two values that differ, neither of them unset.
inline void SetRuleField(v1::Rule& rule, const RuleField& field, bool second) {
  const auto* r = rule.GetReflection();
  if (field.is_repeated()) {
    r->ClearField(&rule, &field);
    r->AddString(&rule, &field, EntryOf(field, second ? 'b' : 'a'));
  } else if (field.cpp_type() == RuleField::CPPTYPE_ENUM) {
    r->SetEnumValue(&rule, &field, second ? 2 : 1);
  } else if (field.cpp_type() == RuleField::CPPTYPE_UINT64) {
    r->SetUInt64(&rule, &field, second ? 9 : 7);
  } else {
    r->SetUInt32(&rule, &field, second ? 9 : 7);
  }
}
inline v1::Rule OnlyField(const RuleField& field, bool second) {
  v1::Rule rule;
  SetRuleField(rule, field, second);
  return rule;
}

// What `rule` says in this field, and nothing else.
inline std::string SaidIn(const v1::Rule& rule, const RuleField& field) {
  v1::Rule only = rule;
  for (const RuleField* other : RuleFields()) {
    if (other != &field) only.GetReflection()->ClearField(&only, other);
  }
  return only.SerializeAsString();
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_RULE_FIELDS_FOR_TEST_H_
