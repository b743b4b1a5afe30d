// XChaCha20-Poly1305 (libsodium, draft-irtf-cfrg-xchacha) for values at rest.
#ifndef COMMONS_CRYPTO_AEAD_H_
#define COMMONS_CRYPTO_AEAD_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/keys.h"
#include "crypto/random.h"

namespace commons::crypto {

// A 32-byte symmetric key in locked memory, wiped on destruction. Const methods are thread-safe.
class AeadKey {
 public:
  static AeadKey Generate(RandomSource& random);
  static absl::StatusOr<AeadKey> FromBytes(absl::string_view raw, SecretKeyAccess);
  ~AeadKey();
  AeadKey(AeadKey&&) noexcept;
  AeadKey& operator=(AeadKey&&) noexcept;

  // nonce(24) || ciphertext || tag(16), with a fresh random nonce.
  std::string Seal(absl::string_view plaintext, absl::string_view associated_data,
                   RandomSource& random) const;
  // kDataLoss when the bytes were changed, cut or sealed under another key or associated data.
  absl::StatusOr<std::string> Open(absl::string_view sealed,
                                   absl::string_view associated_data) const;
  std::string Bytes(SecretKeyAccess) const;

 private:
  struct Secret;
  explicit AeadKey(std::unique_ptr<Secret> secret);
  std::unique_ptr<Secret> secret_;
};

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_AEAD_H_
