#include "node/documents/set_submission.h"

#include <algorithm>

#include "base/status.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/kinds/table.h"
#include "governance/register/register.h"
#include "proto/recovery.pb.h"

namespace commons::node {
namespace {

using governance::Document;
using governance::Refuse;

// A revocation speaks of a log as it is here: a typing error would take too much or too little.
absl::Status CheckLastGood(const HeldLogs& logs, const OrgId& org, const Document& document) {
  if (document.kind() != governance::kinds::kRevocation) return absl::OkStatus();
  const auto& revocation = document.As<v1::Revocation>();
  const HeldLogs::Log* log = logs.Find(org);
  if (log != nullptr && revocation.last_good_size() <= log->tree.size() &&
      log->tree.RootAt(revocation.last_good_size()).view() == revocation.last_good_root()) {
    return absl::OkStatus();
  }
  return Refuse(v1::OUT_OF_ORDER,
                "the log of this organisation was never as the revocation says; look at its size "
                "and root again");
}

// A paper that was used and lifted stops nothing.
absl::Status CheckNotLifted(const governance::Stops& stops, const Document& document) {
  if (!stops.lifted.contains(document.id)) return absl::OkStatus();
  return Refuse(v1::OUT_OF_ORDER,
                "the board has lifted this stop: nothing is stopped by it any more; sign a new "
                "one: commons freeze");
}

// One that comes before its recovery card is kept for it.
absl::Status CheckObjects(const governance::Stops& stops, const Document& document,
                          const Clock& clock) {
  if (document.kind() != governance::kinds::kObjection) return absl::OkStatus();
  const auto card = DocId::FromBytes(document.As<v1::Objection>().card());
  const auto recovery = stops.recoveries.find(*card);
  if (recovery == stops.recoveries.end()) return absl::OkStatus();
  // The organisation's own node had the card before every other, so it is too late there as well.
  const absl::Time until = std::min(recovery->second.acts_from, recovery->second.matures_at);
  if (until <= clock.Now() && clock.Check().ok()) {
    return Refuse(v1::OUT_OF_ORDER,
                  "the recovery card has taken power already: an objection comes too late");
  }
  if (governance::KindOf(document).enough(document, *recovery->second.replaces)) {
    return absl::OkStatus();
  }
  return Refuse(v1::UNDER_SIGNED,
                "no seat of the board that the recovery card would replace has signed the "
                "objection: it would stop nothing");
}

}  // namespace

absl::Status CheckSubmission(const HeldLogs& logs, const OrgId& org, const Document& document,
                             const Clock& clock) {
  RETURN_IF_ERROR(CheckLastGood(logs, org, document));
  const governance::Stops* stops = logs.folded().reg()->StopsOf(org);
  if (stops == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(CheckNotLifted(*stops, document));
  return CheckObjects(*stops, document, clock);
}

}  // namespace commons::node
