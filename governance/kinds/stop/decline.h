// A seat says that it will not sign, and why. Changes nothing by itself.
#ifndef COMMONS_GOVERNANCE_KINDS_STOP_DECLINE_H_
#define COMMONS_GOVERNANCE_KINDS_STOP_DECLINE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/random.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "governance/document/kind.h"
#include "proto/documents.pb.h"

namespace commons::governance {

extern const Kind kDeclineKind;

struct DeclineDraft {
  CommonsId commons;
  OrgId issuer;
  DocId document;  // that the seat will not sign
  google::protobuf::RepeatedPtrField<v1::Text> reason;
};
// Payload bytes ready for SignDocument, by one seat. MALFORMED.
absl::StatusOr<std::string> DraftDecline(const DeclineDraft& draft, crypto::RandomSource& random,
                                         absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_STOP_DECLINE_H_
