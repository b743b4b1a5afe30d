// RFC 6962 Merkle trees and C2SP tlog checkpoints (c2sp.org/tlog-checkpoint, c2sp.org/signed-note).
#ifndef COMMONS_CRYPTO_MERKLE_MERKLE_H_
#define COMMONS_CRYPTO_MERKLE_MERKLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "crypto/keys.h"

namespace commons::crypto {

Hash32 MerkleLeafHash(absl::string_view leaf);

// Append-only tree that keeps the hash of every complete subtree (64 bytes per leaf): an append is
// O(1) amortised, a root or a proof O(log^2 n). Not thread-safe.
class MerkleTree {
 public:
  void Append(absl::string_view leaf);
  // As it was with `size` leaves; size <= this->size(). For an append that was not stored.
  void Shorten(uint64_t size);
  uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }
  // Root over all leaves (SHA-256 of nothing when empty).
  Hash32 Root() const { return RootAt(size()); }
  // size <= this->size().
  Hash32 RootAt(uint64_t size) const;
  // RFC 6962 2.1.1 and 2.1.2; kInvalidArgument when the sizes do not fit.
  absl::StatusOr<std::vector<Hash32>> InclusionProof(uint64_t index, uint64_t size) const;
  absl::StatusOr<std::vector<Hash32>> ConsistencyProof(uint64_t old_size, uint64_t size) const;

 private:
  // MTH(D[begin:end]) of RFC 6962, not empty; begin is a multiple of the power of two >= its size.
  Hash32 Subtree(uint64_t begin, uint64_t end) const;

  // levels_[k][i]: the complete subtree over the leaves [i * 2^k, (i + 1) * 2^k).
  std::vector<std::vector<Hash32>> levels_;
};

// kUnauthenticated when the proof does not lead to the root. An empty old tree is a prefix of every
// tree: its root is SHA-256 of nothing and its proof has no hashes.
absl::Status VerifyInclusion(const Hash32& leaf_hash, uint64_t index, uint64_t size,
                             absl::Span<const Hash32> proof, const Hash32& root);
absl::Status VerifyConsistency(uint64_t old_size, const Hash32& old_root, uint64_t size,
                               const Hash32& root, absl::Span<const Hash32> proof);

struct Checkpoint {
  // 1 to 256 printable ASCII characters other than space and plus, for example
  // "data-commons/<org id hex>/governance".
  std::string origin;
  uint64_t size = 0;
  Hash32 root;
};

// The signed note, byte-exact: body, empty line, one "— origin base64(keyid || signature)" line.
std::string SignCheckpoint(const Checkpoint& checkpoint, const SigningKey& key);
// kUnauthenticated unless `key` signed it under the origin named in the body; kInvalidArgument when
// it is not a checkpoint, is longer than 8 KiB or carries extension lines. Up to 15 well-formed
// signature lines of others are allowed and ignored.
absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note, const PublicKey& key);

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_MERKLE_MERKLE_H_
