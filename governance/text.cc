#include "governance/text.h"

#include <utf8proc.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/unicode.h"

namespace commons::governance {
namespace {

constexpr size_t kShownBytes = 60;

// Line ends of any kind, and what reverses the direction of the text around it.
bool HoldsControl(absl::string_view utf8) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
  const auto size = static_cast<utf8proc_ssize_t>(utf8.size());
  utf8proc_int32_t c = 0;
  for (utf8proc_ssize_t at = 0, used; at < size; at += used) {
    used = utf8proc_iterate(bytes + at, size - at, &c);
    if (used <= 0) return true;
    const utf8proc_category_t category = utf8proc_category(c);
    if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
        category == UTF8PROC_CATEGORY_ZP || (c >= 0x202a && c <= 0x202e) ||
        (c >= 0x2066 && c <= 0x2069)) {
      return true;
    }
  }
  return false;
}

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

absl::Status Because(absl::string_view thing, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::InvalidArgumentError(absl::StrCat(thing, " ", status.message()));
}

std::string OneLine(absl::string_view text, size_t max_bytes) {
  size_t end = std::min(text.size(), max_bytes);
  while (end < text.size() && end > 0 && (text[end] & 0xc0) == 0x80) --end;
  const absl::string_view shown = text.substr(0, end);
  return absl::StrCat(HoldsControl(shown) ? absl::CEscape(shown) : std::string(shown),
                      end < text.size() ? "..." : "");
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", OneLine(text, kShownBytes), "\"");
}

}  // namespace commons::governance
