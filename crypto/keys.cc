#include "crypto/keys.h"

#include "base/hex.h"
#include "crypto/sodium.h"
#include "crypto/valid_r.h"

namespace commons::crypto {

using internal::AsBytes;

static_assert(PublicKey::kSize == crypto_sign_PUBLICKEYBYTES);

struct SigningKey::Secret {
  internal::LockedBytes<crypto_sign_SECRETKEYBYTES> bytes;
};

namespace internal {

bool LibsodiumComparesExactly() {
  EnsureSodium();
  const std::string key = *HexToBytes(kProbeKey), signature = *HexToBytes(kProbeSignature);
  return crypto_sign_verify_detached(AsBytes(signature), AsBytes("m"), 1, AsBytes(key)) != 0;
}

}  // namespace internal

SigningKey::SigningKey(std::unique_ptr<Secret> secret, const PublicKey& public_key)
    : secret_(std::move(secret)), public_key_(public_key) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

SigningKey SigningKey::Generate(RandomSource& random) {
  internal::LockedBytes<crypto_sign_SEEDBYTES> seed;
  random.Fill(seed.data(), seed.kSize);
  auto secret = std::make_unique<Secret>();
  PublicKey public_key;
  crypto_sign_seed_keypair(public_key.mutable_data(), secret->bytes.data(), seed.data());
  return SigningKey(std::move(secret), public_key);
}

absl::StatusOr<SigningKey> SigningKey::FromSeed(absl::string_view seed, SecretKeyAccess) {
  if (seed.size() != crypto_sign_SEEDBYTES) {
    return absl::InvalidArgumentError(
        absl::StrCat("signing key: expected a seed of 32 bytes, found ", seed.size()));
  }
  auto secret = std::make_unique<Secret>();
  PublicKey public_key;
  crypto_sign_seed_keypair(public_key.mutable_data(), secret->bytes.data(), AsBytes(seed));
  return SigningKey(std::move(secret), public_key);
}

std::string SigningKey::Sign(absl::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(AsBytes(signature), nullptr, AsBytes(message), message.size(),
                       secret_->bytes.data());
  return signature;
}

std::string SigningKey::Seed(SecretKeyAccess) const {
  std::string seed(crypto_sign_SEEDBYTES, '\0');
  crypto_sign_ed25519_sk_to_seed(AsBytes(seed), secret_->bytes.data());
  return seed;
}

bool IsValidPublicKey(const PublicKey& key) {
  internal::EnsureSodium();
  return crypto_core_ed25519_is_valid_point(key.data()) == 1;
}

bool VerifyWithValidKey(const PublicKey& key, absl::string_view message,
                        absl::string_view signature) {
  internal::EnsureSodium();
  static const bool exact = internal::LibsodiumComparesExactly();
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(AsBytes(signature), AsBytes(message), message.size(),
                                     key.data()) == 0 &&
         internal::IsValidR(signature, exact);
}

bool VerifyStrict(const PublicKey& key, absl::string_view message, absl::string_view signature) {
  return IsValidPublicKey(key) && VerifyWithValidKey(key, message, signature);
}

}  // namespace commons::crypto
