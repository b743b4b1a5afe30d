// Thresholds: "k of these", nested. Pure functions of a quorum and a set of keys.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_QUORUM_H_
#define COMMONS_GOVERNANCE_DOCUMENT_QUORUM_H_

#include <set>
#include <string>

#include "absl/status/status.h"
#include "base/ids.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Whether the signers reach the quorum: k distinct keys or groups at every level.
bool Satisfies(const v1::Quorum& quorum, const std::set<PublicKey>& signers);
// The keys that it names, at every level; 32 bytes each.
std::set<std::string> KeysIn(const v1::Quorum& quorum);
// MALFORMED when invalid: k out of range, a key twice, depth or size beyond limits, an
// invalid point, duplicate names.
absl::Status ValidateQuorum(const v1::Quorum& quorum);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_QUORUM_H_
