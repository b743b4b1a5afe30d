// For tests: what a message says, as text that no library's version changes.
#ifndef COMMONS_GOVERNANCE_TESTING_MESSAGE_TEXT_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_MESSAGE_TEXT_FOR_TEST_H_

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace commons::governance {

inline std::string MessageText(const google::protobuf::Message& message);

// Entry `at` of a repeated field; -1: of one that is not.
inline std::string FieldText(const google::protobuf::Message& m,
                             const google::protobuf::FieldDescriptor& f, int at) {
  using Field = google::protobuf::FieldDescriptor;
  const auto* r = m.GetReflection();
  const bool one = at < 0;
  switch (f.cpp_type()) {
    case Field::CPPTYPE_MESSAGE:
      return absl::StrCat(
          "{", MessageText(one ? r->GetMessage(m, &f) : r->GetRepeatedMessage(m, &f, at)), "}");
    case Field::CPPTYPE_STRING: {
      const std::string text = one ? r->GetString(m, &f) : r->GetRepeatedString(m, &f, at);
      return f.type() == Field::TYPE_BYTES ? absl::BytesToHexString(text)
                                           : absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\"");
    }
    case Field::CPPTYPE_ENUM: {
      const auto* value = one ? r->GetEnum(m, &f) : r->GetRepeatedEnum(m, &f, at);
      return std::string(value->name());
    }
    case Field::CPPTYPE_BOOL:
      return (one ? r->GetBool(m, &f) : r->GetRepeatedBool(m, &f, at)) ? "yes" : "no";
    case Field::CPPTYPE_UINT32:
      return absl::StrCat(one ? r->GetUInt32(m, &f) : r->GetRepeatedUInt32(m, &f, at));
    case Field::CPPTYPE_UINT64:
      return absl::StrCat(one ? r->GetUInt64(m, &f) : r->GetRepeatedUInt64(m, &f, at));
    case Field::CPPTYPE_INT32:
      return absl::StrCat(one ? r->GetInt32(m, &f) : r->GetRepeatedInt32(m, &f, at));
    case Field::CPPTYPE_INT64:
      return absl::StrCat(one ? r->GetInt64(m, &f) : r->GetRepeatedInt64(m, &f, at));
    default:
      return "a number that no document has";
  }
}

// Fields that are set, in the order of their numbers, without a header.
inline std::string MessageText(const google::protobuf::Message& message) {
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  std::string text;
  for (const auto* field : fields) {
    if (field->name() == "header") continue;
    absl::StrAppend(&text, text.empty() ? "" : " ", field->name(), "=");
    if (!field->is_repeated()) {
      text += FieldText(message, *field, -1);
      continue;
    }
    const int n = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < n; ++i) {
      absl::StrAppend(&text, i == 0 ? "" : ",", FieldText(message, *field, i));
    }
  }
  return text;
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_MESSAGE_TEXT_FOR_TEST_H_
