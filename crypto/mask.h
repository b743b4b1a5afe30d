// Pairwise additive masks (Bonawitz et al., CCS 2017, without dropout recovery): member i adds
// ChaCha20(k_ij) for every j > i and subtracts it for every j < i, mod 2^64, so that the sum over
// the whole roster is the sum of the unmasked vectors. k_ij = BLAKE2b(key = X25519(e_i, E_j),
// transcript || lo || hi), as a FieldHasher of domain "commons/mask/1"; lo and hi are the pair's E
// in roster order; the keystream has a zero nonce and is read as little-endian words.
// docs/formats/release.md, 5.
#ifndef COMMONS_CRYPTO_MASK_H_
#define COMMONS_CRYPTO_MASK_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "crypto/random.h"

namespace commons::crypto {

// A fresh X25519 key for one (query, attempt); wiped on destruction. Movable.
class EphemeralKey {
 public:
  static EphemeralKey Generate(RandomSource& random);
  ~EphemeralKey();
  EphemeralKey(EphemeralKey&&) noexcept;
  EphemeralKey& operator=(EphemeralKey&&) noexcept;
  const PublicKey& public_key() const { return public_key_; }

 private:
  friend absl::Status AddPairwiseMasks(const EphemeralKey&, absl::Span<const PublicKey>, size_t,
                                       const Hash32&, absl::Span<uint64_t>);
  struct Secret;
  EphemeralKey(std::unique_ptr<Secret> secret, const PublicKey& public_key);
  std::unique_ptr<Secret> secret_;
  PublicKey public_key_;
};

// Whether honest members can mask against this key. kInvalidArgument: a point of small order, whose
// X25519 result is all zero with every other key (RFC 7748 section 6.1), or a text that is not the
// least of its point (p and above, or with the bit that X25519 ignores), so that two different
// texts would be one key.
absl::Status CheckEphemeral(const PublicKey& key);

// Adds this member's masks to `vector` in place. roster_keys: every member's E in roster order,
// own key at own_index. kInvalidArgument: own key not at own_index, a duplicate E, or an all-zero
// X25519 result (RFC 7748 section 6.1); the vector is then untouched.
absl::Status AddPairwiseMasks(const EphemeralKey& own, absl::Span<const PublicKey> roster_keys,
                              size_t own_index, const Hash32& transcript,
                              absl::Span<uint64_t> vector);

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_MASK_H_
