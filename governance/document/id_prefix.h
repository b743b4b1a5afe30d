// Documents named by the beginning of their id, as lists show it. Whoever tries long enough finds
// two that begin alike: the caller must refuse what fits several.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_ID_PREFIX_H_
#define COMMONS_GOVERNANCE_DOCUMENT_ID_PREFIX_H_

#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"

namespace commons::governance {

inline constexpr size_t kIdDigitsMin = 8;  // hex digits

inline bool IdBegins(absl::string_view digits, const DocId& id) {
  return digits.size() >= kIdDigitsMin && absl::StartsWith(id.ToHex(), digits);
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_ID_PREFIX_H_
