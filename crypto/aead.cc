#include "crypto/aead.h"

#include "crypto/sodium.h"

namespace commons::crypto {
namespace {

using internal::AsBytes;

constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

}  // namespace

struct AeadKey::Secret {
  internal::LockedBytes<crypto_aead_xchacha20poly1305_ietf_KEYBYTES> bytes;
};

AeadKey::AeadKey(std::unique_ptr<Secret> secret) : secret_(std::move(secret)) {}
AeadKey::~AeadKey() = default;
AeadKey::AeadKey(AeadKey&&) noexcept = default;
AeadKey& AeadKey::operator=(AeadKey&&) noexcept = default;

AeadKey AeadKey::Generate(RandomSource& random) {
  auto secret = std::make_unique<Secret>();
  random.Fill(secret->bytes.data(), secret->bytes.kSize);
  return AeadKey(std::move(secret));
}

absl::StatusOr<AeadKey> AeadKey::FromBytes(absl::string_view raw, SecretKeyAccess) {
  auto secret = std::make_unique<Secret>();
  if (raw.size() != secret->bytes.kSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("symmetric key: expected 32 bytes, found ", raw.size()));
  }
  std::copy(raw.begin(), raw.end(), secret->bytes.data());
  return AeadKey(std::move(secret));
}

std::string AeadKey::Seal(absl::string_view plaintext, absl::string_view associated_data,
                          RandomSource& random) const {
  std::string sealed(kNonceBytes + plaintext.size() + kTagBytes, '\0');
  uint8_t* nonce = AsBytes(sealed);
  random.Fill(nonce, kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      nonce + kNonceBytes, nullptr, AsBytes(plaintext), plaintext.size(), AsBytes(associated_data),
      associated_data.size(), nullptr, nonce, secret_->bytes.data());
  return sealed;
}

absl::StatusOr<std::string> AeadKey::Open(absl::string_view sealed,
                                          absl::string_view associated_data) const {
  if (sealed.size() < kNonceBytes + kTagBytes) {
    return absl::DataLossError("sealed bytes: shorter than a nonce and a tag");
  }
  std::string plaintext(sealed.size() - kNonceBytes - kTagBytes, '\0');
  const uint8_t* nonce = AsBytes(sealed);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          AsBytes(plaintext), nullptr, nullptr, nonce + kNonceBytes, sealed.size() - kNonceBytes,
          AsBytes(associated_data), associated_data.size(), nonce, secret_->bytes.data()) != 0) {
    return absl::DataLossError("sealed bytes: changed, or sealed under another key or context");
  }
  return plaintext;
}

std::string AeadKey::Bytes(SecretKeyAccess) const {
  return std::string(reinterpret_cast<const char*>(secret_->bytes.data()), secret_->bytes.kSize);
}

}  // namespace commons::crypto
