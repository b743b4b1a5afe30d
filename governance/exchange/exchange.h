// The exchange as pure functions: which log entries to ask for and to offer, and whether pages that
// came fit. The levels L0 to L2 are those of proto/peer.proto.
#ifndef COMMONS_GOVERNANCE_EXCHANGE_EXCHANGE_H_
#define COMMONS_GOVERNANCE_EXCHANGE_EXCHANGE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "crypto/merkle/merkle.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"

namespace commons::governance {

struct Head {
  uint64_t size = 0;
  Hash32 root;
  std::string checkpoint;  // signed note
  uint64_t node_info_counter = 0;
  bool forked = false;         // with proof (fork.h)
  std::string sets_hash = {};  // Stops::sets_hash of the register
};
using Heads = std::map<OrgId, Head>;

// L0: BLAKE2b over (org, size, root, node_info_counter) in org order, and whether it is forked and
// what its sets hold where that is so.
Hash32 HashOfHeads(const Heads& heads);

struct ExchangeDiff {
  std::vector<v1::Pull::Range> pull;  // what I lack
  std::vector<v1::Pull::Range> push;  // what the peer lacks
  std::vector<OrgId> forked;  // same size, other root: CONFLICTING_LOG, reported, not followed
};
// Parsed heads from the wire are bounded (limits::kMembers) and refused as MALFORMED otherwise.
absl::StatusOr<Heads> HeadsFromWire(const google::protobuf::RepeatedPtrField<v1::LogHead>& heads);
ExchangeDiff Diff(const Heads& mine, const Heads& theirs);
// What the checkpoints of pages say of their logs, unverified; pages that say nothing, and those
// that are malformed, are passed over, and of several of one log the last one stands.
Heads HeadsOfPages(const google::protobuf::RepeatedPtrField<v1::LogPage>& pages);

// "data-commons/<org id hex>/governance"
std::string LogOrigin(const OrgId& org);
// What an entry's Merkle leaf is over: its doc_id, so that signatures which come later change no
// root.
std::string LogLeaf(const v1::Envelope& entry);

// Shows that the page's checkpoint, of size from + entries, extends the log as it was at `from`.
// The tree reaches at least as far. kInvalidArgument: it does not.
absl::Status AddConsistencyProof(const crypto::MerkleTree& tree, v1::LogPage& page);

// A page checked against what this node holds: contiguous (from == tree.size()), bounded,
// checkpoint signed by the org's node key over exactly size from + entries and proved to extend the
// tree, root recomputed from the entries, and entry 0 is an OrgRoot genesis whose doc_id is org_id
// (which names the node key; node_key_bytes may then be nullptr). On success the tree is extended,
// else it is as it was. Who signed the entries is not looked at. Refusals: OUT_OF_ORDER;
// BAD_SIGNATURE of the checkpoint; CONFLICTING_LOG: no proof that the signed log extends the one
// held; MALFORMED: all else, for example entries that are not those of a log that does.
absl::Status AcceptPage(const v1::LogPage& page, crypto::MerkleTree& tree,
                        const std::string* node_key_bytes);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_EXCHANGE_EXCHANGE_H_
