// A guardian stops the organisation's own answers, at once.
#ifndef COMMONS_GOVERNANCE_KINDS_STOP_FREEZE_H_
#define COMMONS_GOVERNANCE_KINDS_STOP_FREEZE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/random.h"
#include "governance/document/kind.h"
#include "proto/documents.pb.h"

namespace commons::governance {

extern const Kind kFreezeKind;

struct FreezeDraft {
  CommonsId commons;
  OrgId issuer;
  v1::Scope scope;
  v1::StopReason reason = v1::STOP_OTHER;
};
// Payload bytes ready for SignDocument; the same words again are another document. MALFORMED.
absl::StatusOr<std::string> DraftFreeze(const FreezeDraft& draft, crypto::RandomSource& random,
                                        absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_STOP_FREEZE_H_
