// Names and texts from outside: one Unicode form, no control characters, safe to show in one line.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_TEXT_H_
#define COMMONS_GOVERNANCE_DOCUMENT_TEXT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// kInvalidArgument ("what, what to do") unless `text` has 1 to `max_bytes` bytes, is in NFC and has
// no control characters.
absl::Status CheckText(absl::string_view text, size_t max_bytes);

// The same of a name that somebody gives now: nor characters that nobody sees (Unicode's category
// Cf), nor spaces around it. Older documents that have such names still count: see WarnOfName.
absl::Status CheckName(absl::string_view name, size_t max_bytes);

// 1 to 63 bytes of UTF-8 (NFC) without '/' and control characters, not starting with '.' or '-':
// safe as a folder, as an argument and on a screen.
bool IsShortName(absl::string_view name);

// A text in English; none if it is empty.
void AddText(google::protobuf::RepeatedPtrField<v1::Text>& texts, absl::string_view text);

// The error with what it is about in front: "the label" + "is empty; give it a text".
absl::Status Because(absl::string_view thing, const absl::Status& status);

// Characters of Unicode's category Cf: joiners, marks of direction, spaces of no width.
bool HoldsUnseen(absl::string_view utf8);

// For messages: cut at `max_bytes`, escaped if it holds control characters or some that nobody
// sees.
std::string OneLine(absl::string_view text, size_t max_bytes);
// For terminals: the lines and tabs stay, every other control character and what turns the
// direction of writing is escaped, so that no text moves the cursor, sets a title or hides another.
std::string Printable(absl::string_view text);
// OneLine in double quotes, cut to a length that fits in a message.
std::string Quoted(absl::string_view text);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_TEXT_H_
