// What people read for what the code and the wire call otherwise: the one catalogue of names
// (docs/glossary.md). Refusals have theirs in refusal_words.cc. Pure.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_WORDS_H_
#define COMMONS_GOVERNANCE_DOCUMENT_WORDS_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace commons::governance {

enum class Language { kEnglish, kMaori };

// Te reo is supplied by people, with its macrons; until then this stands in its place.
inline constexpr char kNotYetSupplied[] = "not yet supplied";

struct Term {
  absl::string_view wire;  // as in proto/documents.proto, or as elsewhere on the wire
  absl::string_view en;
  absl::string_view mi;  // "": not yet supplied
};
absl::Span<const Term> Terms();

// "organisation card" for "OrgRoot". "" for a name that is none.
absl::string_view WordFor(absl::string_view wire, Language language = Language::kEnglish);

// The same for a payload type of payload_types.h: "our rules" for "commons/owner-policy/1". A type
// that is not known is a "document".
absl::string_view KindWords(absl::string_view payload_type);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_WORDS_H_
