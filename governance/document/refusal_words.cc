// The words people see for every reason: the one catalogue.
#include "governance/document/refusal.h"

namespace commons::governance {

absl::string_view ReasonName(v1::Reason reason) {
  const auto* value = v1::Reason_descriptor()->FindValueByNumber(reason);
  return value == nullptr ? "UNKNOWN" : absl::string_view(value->name());
}

absl::string_view PlainWords(v1::Reason reason) {
  switch (reason) {
    case v1::UNSUPPORTED_SQL:
      return "the question uses SQL that has no meaning here";
    case v1::SQL_TOO_LARGE:
      return "the question's text is too long";
    case v1::UNKNOWN_DATASET:
      return "there is no common definition of this dataset";
    case v1::UNKNOWN_COLUMN:
      return "the dataset has no such column";
    case v1::UNKNOWN_LABEL:
      return "the column has no such value in its list";
    case v1::COLUMN_NOT_QUERYABLE:
      return "the column identifies people or is hidden, so it can't be asked about";
    case v1::RANGE_OFF_EDGES:
      return "the range must start and end where the declared bands do";
    case v1::TOO_MANY_CELLS:
      return "the table would have too many cells";
    case v1::TOO_MANY_DIMENSIONS:
      return "the table is grouped by too many columns";
    case v1::TOO_SENSITIVE:
      return "one person could change the answer too much";
    case v1::NO_CLIP:
      return "a sum needs declared lowest and highest values for the column";
    case v1::MALFORMED:
      return "the message or document is damaged or not of a known form";
    case v1::NOT_A_MEMBER:
      return "the organisation is not an active member of this commons";
    case v1::WRONG_COMMONS:
      return "this belongs to another commons";
    case v1::WRONG_RECIPIENT:
      return "this was addressed to another organisation";
    case v1::BAD_SIGNATURE:
      return "the signature is not valid";
    case v1::PURPOSE_NOT_ALLOWED:
      return "the rules do not allow this purpose";
    case v1::PROJECT_NOT_APPROVED:
      return "the owner has not approved this project for this use";
    case v1::NOT_ACCREDITED:
      return "no member vouches for this researcher's key";
    case v1::REQUESTER_NOT_ALLOWED:
      return "the rules do not allow this organisation or researcher to ask";
    case v1::EXPIRED:
      return "a document that this depends on has expired";
    case v1::NO_POLICY:
      return "closed: the owner has no rules in force that open this dataset";
    case v1::FROZEN:
      return "the owner has stopped this for now";
    case v1::NOISE_TOO_FINE:
      return "the owner asks for more protection than the question offers";
    case v1::TOO_FEW_MEMBERS:
      return "too few members can answer";
    case v1::EXCLUSIVE_CELLS:
      return "the question would show one organisation by itself";
    case v1::BUDGET_EXHAUSTED:
      return "the protection budget that the owner gives for this does not cover this question";
    case v1::NO_DATA:
      return "the owner has no edition of the dataset ready";
    case v1::WRONG_STANDARD:
      return "the owner holds the dataset under another common definition";
    case v1::COLUMN_NOT_ALLOWED:
      return "the rules do not allow this column";
    case v1::COLUMN_NOT_HELD:
      return "the owner's data do not have this column";
    case v1::RELEASE_NOT_ALLOWED:
      return "exact figures were asked for, but this dataset is only shown protected";
    case v1::STALE:
      return "the node has yet to catch up with the others";
    case v1::BUSY:
      return "the node is busy; try again shortly";
    case v1::BAD_ROSTER:
      return "the list of who takes part breaks this member's rules";
    case v1::TRANSCRIPT_MISMATCH:
      return "the list of who takes part is not the one that was signed";
    case v1::UNKNOWN_QUERY:
      return "the node knows no such question, or it has lapsed";
    case v1::REPLAYED:
      return "this message was already used";
    case v1::ABORTED:
      return "a member was lost while the answer was being made";
    case v1::DEADLINE:
      return "the answer did not come in time";
    case v1::CLOCK:
      return "the node's clock can't be trusted";
    case v1::UNREACHABLE:
      return "the node can't be reached";
    case v1::INTERNAL:
      return "the node had a fault of its own";
    case v1::MESSAGE_TOO_LARGE:
      return "the message is too large";
    case v1::ABORT_LIMIT:
      return "too many questions were lost";
    case v1::NEWER_VERSION:
      return "the two nodes speak different versions; the older one needs an update";
    case v1::WIRE_TOO_OLD:
      return "one of the two nodes speaks a version that is no longer understood";
    case v1::ROWS_REJECTED:
      return "too many rows of the file would be lost";
    case v1::UNKNOWN_KIND:
      return "this kind of document is not known here";
    case v1::UNDER_SIGNED:
      return "too few of the required people have signed";
    case v1::OUT_OF_ORDER:
      return "the document does not follow the one before it";
    case v1::PRACTICE_KEY:
      return "a practice key can't be used in a real commons";
    case v1::UNKNOWN_ISSUER:
      return "the organisation that issued this is not known here";
    case v1::NOT_SUPPORTED_YET:
      return "this version of the software can't handle this document yet";
    case v1::CONFLICTING_LOG:
      return "there are two histories of one organisation's log";
    default:
      return "no reason was given";
  }
}

}  // namespace commons::governance
