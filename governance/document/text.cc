#include "governance/document/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/text/unicode.h"

namespace commons::governance {
namespace {

constexpr size_t kShownBytes = 60;

// Line ends of any kind, and what reverses the direction of the text around it.
bool IsControl(utf8proc_int32_t c) {
  const utf8proc_category_t category = utf8proc_category(c);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

// The next character of a text that is not empty and how many bytes it has; -1 and one for a byte
// that is no UTF-8.
std::pair<utf8proc_int32_t, size_t> Next(absl::string_view text) {
  utf8proc_int32_t c = -1;
  const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &c);
  return used > 0 ? std::pair(c, static_cast<size_t>(used)) : std::pair(-1, size_t{1});
}

bool IsUnseen(utf8proc_int32_t c) { return utf8proc_category(c) == UTF8PROC_CATEGORY_CF; }

template <typename Predicate>
bool HoldsAny(absl::string_view utf8, Predicate&& predicate) {
  while (!utf8.empty()) {
    const auto [c, bytes] = Next(utf8);
    if (c < 0 || predicate(c)) return true;
    utf8.remove_prefix(bytes);
  }
  return false;
}

bool HoldsControl(absl::string_view utf8) { return HoldsAny(utf8, IsControl); }

}  // namespace

absl::Status CheckText(absl::string_view text, size_t max_bytes) {
  if (text.empty()) return absl::InvalidArgumentError("is empty; give it a text");
  if (text.size() > max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", text.size(), " bytes; shorten it to at most ", max_bytes));
  }
  absl::StatusOr<std::string> normal = Nfc(text);
  if (!normal.ok()) return normal.status();
  if (*normal != text) {
    return absl::InvalidArgumentError("is not in Unicode NFC; normalise it");
  }
  if (HoldsControl(text)) {
    return absl::InvalidArgumentError("holds a control character; remove it");
  }
  return absl::OkStatus();
}

bool HoldsUnseen(absl::string_view utf8) { return HoldsAny(utf8, IsUnseen); }

absl::Status CheckName(absl::string_view name, size_t max_bytes) {
  absl::Status text = CheckText(name, max_bytes);
  if (!text.ok()) return text;
  if (HoldsUnseen(name)) {
    return absl::InvalidArgumentError("holds a character that nobody sees; remove it");
  }
  if (WithoutOuterSpaces(name) != name) {
    return absl::InvalidArgumentError("begins or ends with a space; remove it");
  }
  return absl::OkStatus();
}

absl::Status Because(absl::string_view thing, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::InvalidArgumentError(absl::StrCat(thing, " ", status.message()));
}

std::string OneLine(absl::string_view text, size_t max_bytes) {
  size_t end = std::min(text.size(), max_bytes);
  while (end < text.size() && end > 0 && (text[end] & 0xc0) == 0x80) --end;
  const absl::string_view shown = text.substr(0, end);
  const bool escaped = HoldsControl(shown) || HoldsUnseen(shown);
  return absl::StrCat(escaped ? absl::CEscape(shown) : std::string(shown),
                      end < text.size() ? "..." : "");
}

std::string Printable(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto [c, bytes] = Next(text);
    if (absl::StartsWith(text, "\r\n")) bytes = 2;  // of a CSV
    const absl::string_view shown = text.substr(0, bytes);
    const bool keep =
        c == '\n' || c == '\t' || (bytes == 2 && c == '\r') || (c >= 0 && !IsControl(c));
    absl::StrAppend(&out, keep ? std::string(shown) : absl::CHexEscape(shown));
    text.remove_prefix(bytes);
  }
  return out;
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", OneLine(text, kShownBytes), "\"");
}

bool IsShortName(absl::string_view name) {
  return CheckText(name, 63).ok() && name[0] != '-' && name[0] != '.' &&
         name.find('/') == absl::string_view::npos;
}

void AddText(google::protobuf::RepeatedPtrField<v1::Text>& texts, absl::string_view text) {
  if (text.empty()) return;
  v1::Text& added = *texts.Add();
  added.set_lang("en");
  added.set_text(text.data(), text.size());
}

}  // namespace commons::governance
