#include "crypto/merkle/merkle.h"

#include <bit>

#include "absl/strings/str_cat.h"
#include "crypto/hash.h"
#include "crypto/sodium.h"

namespace commons::crypto {
namespace {

Hash32 NodeHash(const Hash32& left, const Hash32& right) {
  return Sha256(absl::StrCat("\x01", left.view(), right.view()));
}

// The largest power of two smaller than n; n > 1.
uint64_t SplitPoint(uint64_t n) { return std::bit_floor(n - 1); }

absl::Status SizesDoNotFit(absl::string_view what, uint64_t a, uint64_t size, uint64_t have) {
  return absl::InvalidArgumentError(
      absl::StrCat("Merkle tree of ", have, " leaves: no ", what, " ", a, " of size ", size));
}

absl::Status ProofFails(absl::string_view what) {
  return absl::UnauthenticatedError(
      absl::StrCat("Merkle ", what, " proof: does not lead to the root"));
}

}  // namespace

Hash32 MerkleLeafHash(absl::string_view leaf) {
  return Sha256(absl::StrCat(absl::string_view("\0", 1), leaf));
}

void MerkleTree::Append(absl::string_view leaf) {
  Hash32 hash = MerkleLeafHash(leaf);
  for (size_t k = 0;; ++k) {
    if (k == levels_.size()) levels_.emplace_back();
    std::vector<Hash32>& level = levels_[k];
    level.push_back(hash);
    if (level.size() % 2 == 1) return;
    hash = NodeHash(level[level.size() - 2], level.back());
  }
}

void MerkleTree::Shorten(uint64_t size) {
  for (size_t k = 0; k < levels_.size(); ++k) levels_[k].resize(size >> k);
  while (!levels_.empty() && levels_.back().empty()) levels_.pop_back();
}

Hash32 MerkleTree::Subtree(uint64_t begin, uint64_t end) const {
  const uint64_t n = end - begin;
  if (std::has_single_bit(n)) {
    const int k = std::countr_zero(n);
    return levels_[k][begin >> k];
  }
  const uint64_t middle = begin + SplitPoint(n);
  return NodeHash(Subtree(begin, middle), Subtree(middle, end));
}

Hash32 MerkleTree::RootAt(uint64_t size) const {
  internal::Require(size <= this->size());
  return size == 0 ? Sha256("") : Subtree(0, size);
}

absl::StatusOr<std::vector<Hash32>> MerkleTree::InclusionProof(uint64_t index,
                                                               uint64_t size) const {
  if (index >= size || size > this->size()) {
    return SizesDoNotFit("leaf", index, size, this->size());
  }
  std::vector<Hash32> proof;
  // From the root down, the sibling of each subtree on the way to the leaf.
  for (uint64_t begin = 0, end = size; end - begin > 1;) {
    const uint64_t middle = begin + SplitPoint(end - begin);
    const bool left = index < middle;
    proof.push_back(left ? Subtree(middle, end) : Subtree(begin, middle));
    (left ? end : begin) = middle;
  }
  return std::vector<Hash32>(proof.rbegin(), proof.rend());
}

absl::StatusOr<std::vector<Hash32>> MerkleTree::ConsistencyProof(uint64_t old_size,
                                                                 uint64_t size) const {
  if (old_size > size || size > this->size()) {
    return SizesDoNotFit("prefix", old_size, size, this->size());
  }
  std::vector<Hash32> proof;
  if (old_size == 0 || old_size == size) return proof;
  uint64_t begin = 0, end = size;
  while (end != old_size) {
    const uint64_t middle = begin + SplitPoint(end - begin);
    const bool left = old_size <= middle;
    proof.push_back(left ? Subtree(middle, end) : Subtree(begin, middle));
    (left ? end : begin) = middle;
  }
  // The old root itself, when the old tree is one complete subtree, is known to the verifier.
  if (begin != 0) proof.push_back(Subtree(begin, end));
  return std::vector<Hash32>(proof.rbegin(), proof.rend());
}

// RFC 9162 section 2.1.3.2: fn and sn are the positions of the leaf and of the last leaf, one level
// up with each hash.
absl::Status VerifyInclusion(const Hash32& leaf_hash, uint64_t index, uint64_t size,
                             absl::Span<const Hash32> proof, const Hash32& root) {
  if (index >= size) return ProofFails("inclusion");
  uint64_t fn = index, sn = size - 1;
  Hash32 hash = leaf_hash;
  for (const Hash32& sibling : proof) {
    if (sn == 0) return ProofFails("inclusion");
    if (fn % 2 == 1 || fn == sn) {
      hash = NodeHash(sibling, hash);
      const int up = fn == 0 ? 0 : std::countr_zero(fn);
      fn >>= up;
      sn >>= up;
    } else {
      hash = NodeHash(hash, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && hash == root ? absl::OkStatus() : ProofFails("inclusion");
}

// RFC 9162 section 2.1.4.2.
absl::Status VerifyConsistency(uint64_t old_size, const Hash32& old_root, uint64_t size,
                               const Hash32& root, absl::Span<const Hash32> proof) {
  const absl::Status fails = ProofFails("consistency");
  if (old_size > size) return fails;
  if (old_size == size) return proof.empty() && old_root == root ? absl::OkStatus() : fails;
  if (old_size == 0) return proof.empty() && old_root == Sha256("") ? absl::OkStatus() : fails;

  const bool old_is_subtree = std::has_single_bit(old_size);
  if (!old_is_subtree && proof.empty()) return fails;
  uint64_t fn = old_size - 1, sn = size - 1;
  const int up = std::countr_one(fn);
  fn >>= up;
  sn >>= up;
  Hash32 old_hash = old_is_subtree ? old_root : proof[0];
  Hash32 hash = old_hash;
  for (const Hash32& next : proof.subspan(old_is_subtree ? 0 : 1)) {
    if (sn == 0) return fails;
    if (fn % 2 == 1 || fn == sn) {
      old_hash = NodeHash(next, old_hash);
      hash = NodeHash(next, hash);
      const int zeros = fn == 0 ? 0 : std::countr_zero(fn);
      fn >>= zeros;
      sn >>= zeros;
    } else {
      hash = NodeHash(hash, next);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && old_hash == old_root && hash == root ? absl::OkStatus() : fails;
}

}  // namespace commons::crypto
