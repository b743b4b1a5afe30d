// Internal to crypto/: the text of a key file. Lines of "name value", in this order:
//   data-commons-key 1
//   label TEXT
//   practice yes|no
//   public HEX32
// and for a raw key
//   seed HEX32
//   check HEX32         BLAKE2b of everything above: against accidents, not against people
// or for a protected one
//   argon2id OPS BYTES  both within libsodium's INTERACTIVE and MODERATE presets
//   salt HEX16
//   sealed HEX72        XChaCha20-Poly1305 of the seed, everything above as associated data
// Hexadecimal is lower case; the file ends with the last line's newline.
#ifndef COMMONS_CRYPTO_KEYFILE_FORMAT_H_
#define COMMONS_CRYPTO_KEYFILE_FORMAT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"

namespace commons::crypto::internal {

inline constexpr size_t kKeyFileBytes = 4096;

struct KeyFileText {
  std::string label;
  bool practice = false;
  PublicKey public_key;

  std::string seed;  // 32 bytes; empty when protected. The caller wipes it.

  uint64_t ops = 0;
  size_t memory_bytes = 0;
  std::string salt;    // 16 bytes
  std::string sealed;  // 24 + 32 + 16 bytes
  std::string header;  // the lines above "sealed"

  bool is_protected() const { return seed.empty(); }
};

// kInvalidArgument unless the label is 1 to limits::kNameBytes bytes without control characters.
absl::Status CheckLabel(absl::string_view label);

// The whole raw file; the lines above "sealed" of a protected one; and the whole protected one,
// from its header and sealed seed.
std::string FormatRaw(const KeyFileText& file);
std::string FormatProtectedHeader(const KeyFileText& file);
std::string FormatProtected(const KeyFileText& file);

// Pure, and bounded: any bytes may come in. kInvalidArgument: not a key file, or parameters beyond
// the bounds; kUnauthenticated: a raw key whose check does not match.
absl::StatusOr<KeyFileText> ParseKeyFile(absl::string_view text);

}  // namespace commons::crypto::internal

#endif  // COMMONS_CRYPTO_KEYFILE_FORMAT_H_
