#include "base/unicode.h"

#include <utf8proc.h>

#include <cstdlib>

namespace commons {

absl::StatusOr<std::string> Nfc(absl::string_view text) {
  utf8proc_uint8_t* out = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), text.size(), &out,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  if (size < 0) return absl::InvalidArgumentError("is not valid UTF-8; save the file as UTF-8");
  std::string normal(reinterpret_cast<const char*>(out), size);
  std::free(out);
  return normal;
}

}  // namespace commons
