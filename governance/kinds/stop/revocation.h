// A key has no power any more over what its organisation says from a place in its log on.
#ifndef COMMONS_GOVERNANCE_KINDS_STOP_REVOCATION_H_
#define COMMONS_GOVERNANCE_KINDS_STOP_REVOCATION_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/random.h"
#include "governance/document/kind.h"
#include "proto/documents.pb.h"

namespace commons::governance {

extern const Kind kRevocationKind;

struct RevocationDraft {
  OrgId issuer;
  PublicKey key;
  uint64_t last_good_size = 0;  // entries of the issuer's log in which the key still counts
  Hash32 last_good_root;        // of the log at that size
  v1::StopReason reason = v1::STOP_KEY;
};
// Payload bytes ready for SignDocument: by the key itself or the board. MALFORMED.
absl::StatusOr<std::string> DraftRevocation(const RevocationDraft& draft,
                                            crypto::RandomSource& random, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_STOP_REVOCATION_H_
