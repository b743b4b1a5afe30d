// JSON written in the order the contract states, with numbers passed through as the exact text they
// came as: a parse to double would lose digits of exact sums.
#ifndef COMMONS_CLIENTS_ANSWER_JSON_TEXT_H_
#define COMMONS_CLIENTS_ANSWER_JSON_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "governance/document/text.h"
#include "nlohmann/json.hpp"

namespace commons::clients {

// A JSON string literal. Invalid UTF-8 is replaced, never thrown on; what a terminal would obey is
// escaped.
std::string JsonString(absl::string_view text);

class JsonObject {
 public:
  JsonObject& Text(absl::string_view name, absl::string_view value) {
    return Raw(name, JsonString(value));
  }
  JsonObject& Bool(absl::string_view name, bool value) {
    return Raw(name, value ? "true" : "false");
  }
  template <typename T>
  JsonObject& Number(absl::string_view name, T value) {
    return Raw(name, absl::StrCat(value));
  }
  // `json` is JSON already.
  JsonObject& Raw(absl::string_view name, absl::string_view json) {
    members_.push_back(absl::StrCat(JsonString(name), ":", json));
    return *this;
  }
  std::string Build() const { return absl::StrCat("{", absl::StrJoin(members_, ","), "}"); }

 private:
  std::vector<std::string> members_;
};

// Elements are mapped to JSON by `to_json`.
template <typename Range, typename ToJson>
std::string JsonArray(const Range& range, ToJson to_json) {
  std::vector<std::string> elements;
  elements.reserve(range.size());
  for (const auto& element : range) elements.push_back(to_json(element));
  return absl::StrCat("[", absl::StrJoin(elements, ","), "]");
}

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_ANSWER_JSON_TEXT_H_
