#include "crypto/prf.h"

#include <sodium.h>

#include <cstdlib>
#include <cstring>

namespace commons::crypto {

static_assert(crypto_shorthash_siphash24_KEYBYTES == 16);
static_assert(crypto_shorthash_siphashx24_KEYBYTES == 16);

PrfKey PrfKey::Generate(RandomSource& random) {
  std::string secret = random.Bytes(16);
  struct Wipe {
    std::string& bytes;
    ~Wipe() { sodium_memzero(bytes.data(), bytes.size()); }
  } wipe{secret};
  return PrfKey(secret);
}

PrfKey::PrfKey(absl::string_view secret) {
  if (secret.size() < sizeof key_) std::abort();
  std::memcpy(key_, secret.data(), sizeof key_);
}

PrfKey::~PrfKey() { sodium_memzero(key_, sizeof key_); }

uint64_t PrfKey::Hash64(absl::string_view input) const {
  uint64_t out;
  crypto_shorthash_siphash24(reinterpret_cast<uint8_t*>(&out),
                             reinterpret_cast<const uint8_t*>(input.data()), input.size(), key_);
  return out;
}

std::array<uint64_t, 2> PrfKey::Hash128(absl::string_view input) const {
  std::array<uint64_t, 2> out;
  crypto_shorthash_siphashx24(reinterpret_cast<uint8_t*>(out.data()),
                              reinterpret_cast<const uint8_t*>(input.data()), input.size(), key_);
  return out;
}

}  // namespace commons::crypto
