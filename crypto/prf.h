// Keyed pseudo-random functions for short inputs (SipHash-2-4, Aumasson and Bernstein 2012):
// choosing and telling apart under a secret key; not for signatures or stored identifiers.
#ifndef COMMONS_CRYPTO_PRF_H_
#define COMMONS_CRYPTO_PRF_H_

#include <array>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "crypto/random.h"

namespace commons::crypto {

// A 16-byte key, wiped on destruction. Const methods are thread-safe.
class PrfKey {
 public:
  static PrfKey Generate(RandomSource& random);
  // The first 16 bytes of `secret`; the caller guarantees at least 16.
  explicit PrfKey(absl::string_view secret);
  ~PrfKey();
  PrfKey(const PrfKey&) = delete;
  PrfKey& operator=(const PrfKey&) = delete;

  uint64_t Hash64(absl::string_view input) const;                  // SipHash-2-4
  std::array<uint64_t, 2> Hash128(absl::string_view input) const;  // SipHash-2-4-128 (siphashx24)

 private:
  uint8_t key_[16];
};

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_PRF_H_
