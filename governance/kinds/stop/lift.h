// The board ends freezes: these, or all that nobody but one key signed.
#ifndef COMMONS_GOVERNANCE_KINDS_STOP_LIFT_H_
#define COMMONS_GOVERNANCE_KINDS_STOP_LIFT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/random.h"
#include "governance/document/kind.h"

namespace commons::governance {

extern const Kind kLiftKind;

struct LiftDraft {
  CommonsId commons;
  OrgId issuer;
  std::vector<DocId> freezes;    // at most limits::kFreezesPerLift; or else
  std::optional<PublicKey> key;  // a guardian's: also what it alone freezes later
};
// Payload bytes ready for SignDocument; MALFORMED.
absl::StatusOr<std::string> DraftLift(const LiftDraft& draft, crypto::RandomSource& random,
                                      absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_STOP_LIFT_H_
