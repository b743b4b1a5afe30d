// A key file, perhaps handed over by somebody else: what is accepted is written back unchanged.
#include <cstdlib>

#include "crypto/keyfile_format.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons::crypto::internal;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = ParseKeyFile(text);
  if (file.ok() && (file->is_protected() ? FormatProtected(*file) : FormatRaw(*file)) != text) {
    std::abort();
  }
  return 0;
}
