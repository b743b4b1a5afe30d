// JSON (RFC 8259) as written: numbers keep their text, so that 0.1 is a tenth and not a double.
#ifndef COMMONS_GOVERNANCE_STANDARD_JSON_TREE_H_
#define COMMONS_GOVERNANCE_STANDARD_JSON_TREE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace commons::governance {

struct Json {
  enum class Kind { kNull, kBoolean, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string text;               // of a string; a number as written
  std::vector<std::string> keys;  // of an object, one for each item
  std::vector<Json> items;        // of an array or object

  bool Is(Kind wanted) const { return kind == wanted; }
  // The member of an object, or nullptr.
  const Json* Find(absl::string_view key) const;
};

inline constexpr size_t kJsonDepth = 32;

// kInvalidArgument, one line: not JSON, a repeated key, or more than kJsonDepth levels.
absl::StatusOr<Json> ParseJson(absl::string_view text);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_JSON_TREE_H_
