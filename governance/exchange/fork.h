// Proof that a log has two histories: what one of its checkpoints says is not how the log that
// another one signs began.
#ifndef COMMONS_GOVERNANCE_EXCHANGE_FORK_H_
#define COMMONS_GOVERNANCE_EXCHANGE_FORK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "crypto/merkle/merkle.h"
#include "proto/peer.pb.h"

namespace commons::governance {

// Of a log held as `tree`, ending in the signed `checkpoint`, and another signed note over `size`
// of its entries, no more than the tree has. kInvalidArgument: the sizes do not fit.
absl::StatusOr<v1::ForkProof> MakeForkProof(const crypto::MerkleTree& tree,
                                            absl::string_view checkpoint, absl::string_view other,
                                            uint64_t size);

// Both checkpoints are signed by the node key (raw bytes) for this log, and neither extends the
// other. BAD_SIGNATURE, else MALFORMED.
absl::Status VerifyForkProof(const v1::ForkProof& proof, const OrgId& org,
                             absl::string_view node_key_bytes);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_EXCHANGE_FORK_H_
