#include "clients/answer/next_step.h"

namespace commons::clients {

absl::string_view NextStep(v1::Reason reason) {
  switch (reason) {
    case v1::UNSUPPORTED_SQL:
    case v1::SQL_TOO_LARGE:
    case v1::TOO_MANY_DIMENSIONS:
    case v1::TOO_SENSITIVE:
      return "ask for less, or in another way: docs/for-researchers/sql.md";
    case v1::TOO_MANY_CELLS:
      return "commons dataset describe names the groups of codes that may be asked by";
    case v1::UNKNOWN_DATASET:
    case v1::UNKNOWN_COLUMN:
    case v1::UNKNOWN_LABEL:
    case v1::COLUMN_NOT_QUERYABLE:
    case v1::RANGE_OFF_EDGES:
    case v1::NO_CLIP:
      return "commons catalogue and commons dataset describe say what there is";
    case v1::PURPOSE_NOT_ALLOWED:
    case v1::PROJECT_NOT_APPROVED:
    case v1::NOT_ACCREDITED:
    case v1::REQUESTER_NOT_ALLOWED:
    case v1::EXPIRED:
      return "the boards decide that; commons doc list shows the projects and their approvals";
    case v1::NO_POLICY:
    case v1::FROZEN:
    case v1::NO_DATA:
    case v1::WRONG_STANDARD:
    case v1::COLUMN_NOT_ALLOWED:
    case v1::EXCLUSIVE_CELLS:
    case v1::RELEASE_NOT_ALLOWED:
    case v1::NOISE_TOO_FINE:
      return "the owner decides that; commons explain says what each owner would answer";
    case v1::COLUMN_NOT_HELD:
      return "commons catalogue says who does not hold which columns; ask without them";
    case v1::TOO_FEW_MEMBERS:
      return "commons explain says who would answer, and why others would not";
    case v1::BUDGET_EXHAUSTED:
      return "commons explain says what the question costs and what is left";
    case v1::ABORTED:
    case v1::UNKNOWN_QUERY:
      return "once more may do: a member that keeps failing is left out after three times";
    case v1::BUSY:
    case v1::DEADLINE:
      return "ask again in half a minute";
    case v1::UNREACHABLE:
    case v1::STALE:
      return "ask again in half a minute; commons node doctor says what is missing";
    case v1::ABORT_LIMIT:
      return "commons explain names who was lost, or who refuses for the rest of the year";
    case v1::CLOCK:
    case v1::INTERNAL:
      return "the sysadmin finds more in the daemon's log, and with commons node doctor";
    case v1::NEWER_VERSION:
    case v1::WIRE_TOO_OLD:
      return "the sysadmin of the older node should bring it to the newest version";
    case v1::NOT_SUPPORTED_YET:
      return "the sysadmin should bring this node to the newest version";
    case v1::NOT_A_MEMBER:
    case v1::CONFLICTING_LOG:
      return "the board should speak with the other members; commons node status names who it is";
    case v1::MALFORMED:
    case v1::MESSAGE_TOO_LARGE:
    case v1::BAD_SIGNATURE:
    case v1::BAD_ROSTER:
    case v1::TRANSCRIPT_MISMATCH:
    case v1::REPLAYED:
    case v1::WRONG_COMMONS:
    case v1::WRONG_RECIPIENT:
      return "ask again; if it stays, tell the sysadmin of the member that is named";
    default:
      return "";
  }
}

}  // namespace commons::clients
