// Private keys on disk: raw for machines and practice, passphrase-protected for people.
// Format: docs/formats/keyfile.md.
#ifndef COMMONS_CRYPTO_KEYFILE_H_
#define COMMONS_CRYPTO_KEYFILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "crypto/keys.h"

namespace commons::crypto {

enum class KeyStrength { kInteractive, kModerate };  // libsodium's Argon2id presets

struct KeyFile {
  std::string label;      // for example "board-1"
  bool practice = false;  // a raw key made by the lab: a real charter refuses it
  SigningKey key;
};

// Writes a text file, mode 0600, never over an existing one (kAlreadyExists). The public key is
// stored and checked on load.
absl::Status WriteRawKey(const std::string& path, absl::string_view label, bool practice,
                         const SigningKey& key);
// Argon2id (parameters in the file) and XChaCha20-Poly1305 over the seed.
absl::Status WriteProtectedKey(const std::string& path, absl::string_view label,
                               const SigningKey& key, absl::string_view passphrase,
                               KeyStrength strength);

// Reads either kind. kUnauthenticated: wrong passphrase or changed file; kFailedPrecondition: a
// passphrase is needed and `passphrase` is empty; kPermissionDenied: readable by others;
// kInvalidArgument: not a key file, or parameters beyond the bounds.
absl::StatusOr<KeyFile> ReadKey(const std::string& path, absl::string_view passphrase);
// Whether ReadKey needs a passphrase, without asking for it.
absl::StatusOr<bool> NeedsPassphrase(const std::string& path);

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_KEYFILE_H_
