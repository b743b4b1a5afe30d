#include "governance/exchange/fork.h"

#include <vector>

#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/exchange/exchange.h"

namespace commons::governance {
namespace {

absl::Status Bad(absl::string_view what) { return Refuse(v1::MALFORMED, what); }

absl::StatusOr<crypto::Checkpoint> OpenOf(const OrgId& org, absl::string_view note,
                                          const PublicKey& key) {
  auto checkpoint = crypto::OpenCheckpoint(note, key);
  if (!checkpoint.ok()) {
    return Refuse(absl::IsUnauthenticated(checkpoint.status()) ? v1::BAD_SIGNATURE : v1::MALFORMED,
                  checkpoint.status().message());
  }
  if (checkpoint->origin != LogOrigin(org)) return Bad("a checkpoint of another log");
  return checkpoint;
}

}  // namespace

absl::StatusOr<v1::ForkProof> MakeForkProof(const crypto::MerkleTree& tree,
                                            absl::string_view checkpoint, absl::string_view other,
                                            uint64_t size) {
  if (size == 0 || size > tree.size()) {
    return absl::InvalidArgumentError("a checkpoint of more entries than are held");
  }
  v1::ForkProof proof;
  proof.set_longer(std::string(checkpoint));
  proof.set_shorter(std::string(other));
  proof.set_root(tree.RootAt(size).ToBytes());
  ASSIGN_OR_RETURN(const std::vector<Hash32> nodes, tree.ConsistencyProof(size, tree.size()));
  for (const Hash32& node : nodes) proof.add_consistency(node.ToBytes());
  return proof;
}

absl::Status VerifyForkProof(const v1::ForkProof& proof, const OrgId& org,
                             absl::string_view node_key_bytes) {
  ASSIGN_OR_RETURN(const PublicKey key, PublicKey::FromBytes(node_key_bytes));
  ASSIGN_OR_RETURN(const crypto::Checkpoint longer, OpenOf(org, proof.longer(), key));
  ASSIGN_OR_RETURN(const crypto::Checkpoint shorter, OpenOf(org, proof.shorter(), key));
  const auto root = Hash32::FromBytes(proof.root());
  if (!root.ok() || shorter.size == 0 || shorter.size > longer.size) {
    return Bad("a proof of two histories whose sizes or root do not fit");
  }
  // No log has as many entries as would take more hashes.
  if (proof.consistency_size() > 64) return Bad("a consistency proof that is too long");
  std::vector<Hash32> nodes;
  nodes.reserve(static_cast<size_t>(proof.consistency_size()));
  for (const std::string& bytes : proof.consistency()) {
    const auto node = Hash32::FromBytes(bytes);
    if (!node.ok()) return Bad("a consistency proof of something else than hashes");
    nodes.push_back(*node);
  }
  if (!crypto::VerifyConsistency(shorter.size, *root, longer.size, longer.root, nodes).ok()) {
    return Bad("a proof of two histories that does not lead to the longer one");
  }
  if (*root == shorter.root) return Bad("a proof of two histories that are one");
  return absl::OkStatus();
}

}  // namespace commons::governance
