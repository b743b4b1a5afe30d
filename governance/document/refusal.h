// A refusal as an absl::Status: kPermissionDenied (or the code given) with the enumerated reason as
// a payload, so that it survives ASSIGN_OR_RETURN up to the border where it becomes a message.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_REFUSAL_H_
#define COMMONS_GOVERNANCE_DOCUMENT_REFUSAL_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/reason.pb.h"

namespace commons::governance {

// message: one line, names and documents only, never a value of a row. position: byte offset into
// the question's text, or -1.
absl::Status Refuse(v1::Reason reason, absl::string_view message, int position = -1);

// The refusal in a status. A status without one becomes INTERNAL with its message (a fault of
// ours), except: kDeadlineExceeded -> DEADLINE, kUnavailable -> UNREACHABLE, kInvalidArgument ->
// MALFORMED, kResourceExhausted -> BUSY, kUnauthenticated -> BAD_SIGNATURE.
v1::Refusal RefusalOf(const absl::Status& status);
bool HasRefusal(const absl::Status& status);
// The same for another organisation: a status without a refusal is a fault whose text (a path, an
// error of the disk) stays here, so that only the reason goes out, in its plain words.
v1::Refusal RefusalForPeers(const absl::Status& status);
v1::Reason ReasonOf(const absl::Status& status);

// "BUDGET_EXHAUSTED" and the words people see, for example "what is left of this
// year's protection budget does not cover this question". One string catalogue; every reason has
// words.
absl::string_view ReasonName(v1::Reason reason);
absl::string_view PlainWords(v1::Reason reason);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_REFUSAL_H_
