#include "base/text/unicode.h"

#include <utf8proc.h>

#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"

namespace commons {

namespace {

std::optional<std::string> Mapped(absl::string_view text, int options) {
  utf8proc_uint8_t* out = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), text.size(), &out,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | options));
  if (size < 0) return std::nullopt;
  std::string mapped(reinterpret_cast<const char*>(out), size);
  std::free(out);
  return mapped;
}

}  // namespace

absl::StatusOr<std::string> Nfc(absl::string_view text) {
  auto normal = Mapped(text, 0);
  if (normal.has_value()) return *std::move(normal);
  return absl::InvalidArgumentError("is not valid UTF-8; save the file as UTF-8");
}

absl::string_view WithoutOuterSpaces(absl::string_view text) {
  constexpr absl::string_view kNoBreakSpace = "\xc2\xa0";
  for (;;) {
    const size_t before = text.size();
    text = absl::StripAsciiWhitespace(text);
    absl::ConsumePrefix(&text, kNoBreakSpace);
    absl::ConsumeSuffix(&text, kNoBreakSpace);
    if (text.size() == before) return text;
  }
}

std::string AsRead(absl::string_view name) {
  const auto folded = Mapped(name, UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  return std::string(absl::StripAsciiWhitespace(folded.value_or("")));
}

bool HoldsRightToLeft(absl::string_view text) {
  while (!text.empty()) {
    utf8proc_int32_t c = -1;
    const utf8proc_ssize_t used =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &c);
    if (used > 0) {
      const auto direction = utf8proc_get_property(c)->bidi_class;
      if (direction == UTF8PROC_BIDI_CLASS_R || direction == UTF8PROC_BIDI_CLASS_AL) return true;
    }
    text.remove_prefix(used > 0 ? static_cast<size_t>(used) : 1);
  }
  return false;
}

}  // namespace commons
