// Ed25519 signing keys and strict verification (RFC 8032, libsodium).
#ifndef COMMONS_CRYPTO_KEYS_H_
#define COMMONS_CRYPTO_KEYS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "crypto/random.h"

namespace commons::crypto {

// Handed to functions that read or write a raw seed, so that `grep SecretKeyAccess` finds them all.
class SecretKeyAccess {
 public:
  static SecretKeyAccess IKnowWhatIAmDoing() { return SecretKeyAccess(); }

 private:
  SecretKeyAccess() = default;
};

// A private key in locked memory, wiped on destruction; never formatted. Movable, not copyable.
// Const methods are thread-safe.
class SigningKey {
 public:
  static SigningKey Generate(RandomSource& random);
  // seed: exactly 32 bytes, else kInvalidArgument.
  static absl::StatusOr<SigningKey> FromSeed(absl::string_view seed, SecretKeyAccess);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  const PublicKey& public_key() const { return public_key_; }
  // The 64-byte detached signature.
  std::string Sign(absl::string_view message) const;
  std::string Seed(SecretKeyAccess) const;

 private:
  struct Secret;
  SigningKey(std::unique_ptr<Secret> secret, const PublicKey& public_key);
  std::unique_ptr<Secret> secret_;
  PublicKey public_key_;
};

// True when the bytes are a canonical point of the prime-order subgroup: checked once, when a key
// enters the register. Costs about one signature verification.
bool IsValidPublicKey(const PublicKey& key);

// Strict verification: crypto_sign_verify_detached AND R is a point that IsValidPublicKey accepts,
// so that all releases of libsodium agree (docs/decisions/0007). The caller has checked
// IsValidPublicKey(key) (VerifyStrict does it for keys that come from outside a register).
bool VerifyWithValidKey(const PublicKey& key, absl::string_view message,
                        absl::string_view signature);
bool VerifyStrict(const PublicKey& key, absl::string_view message, absl::string_view signature);

namespace internal {
// Whether this libsodium compares R byte for byte. Then the equation with a valid key lets only the
// identity and valid points through, and R needs no multiplication of its own.
bool LibsodiumComparesExactly();
// Of "m": the equation holds but for a point of order eight, which is what releases differ on.
inline constexpr char kProbeKey[] =
    "fec1428673f6afe89264b3807344ae8b269d125a503855202687db5a7128579f";
inline constexpr char kProbeSignature[] =
    "e66c9021fc0bf184223c0999e14cd200b0cb53da431b15b95b0d710069180afa"
    "d8eb21afcdd9c7111582996c77620a5eb0c63fa22f1f9c27d88840fdd151dd00";
}  // namespace internal

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_KEYS_H_
