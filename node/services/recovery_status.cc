#include "node/services/recovery_status.h"

#include "governance/review/recovery_words.h"

namespace commons::node {

void AddRecoveries(const governance::Register& reg, const OrgId& own, absl::Time now,
                   v1::StatusReply& reply) {
  for (const governance::RecoveryNote& note : governance::RecoveryNotes(reg, own, now)) {
    v1::StatusReply::Note& out = *reply.add_recoveries();
    out.set_what(note.what);
    out.set_remedy(note.remedy);
    out.set_ours(note.ours);
  }
}

}  // namespace commons::node
