// What a member brings to a question: its tables, its ledger and what it says of itself.
#ifndef COMMONS_QUERY_MEMBER_MEMBER_CONTEXT_H_
#define COMMONS_QUERY_MEMBER_MEMBER_CONTEXT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/audit/audit_trail.h"
#include "query/peer/node_context.h"
#include "storage/ledger/ledger.h"
#include "storage/release_store.h"

namespace commons::query {

// This node's exact partials for a question, in CellSpace order, and the edition they came from.
struct LocalPartials {
  std::vector<absl::int128> values;
  uint64_t edition = 0;
};
using Execute = std::function<absl::StatusOr<LocalPartials>(
    const v1::Question& question, const v1::Standard& standard, const Hash32& rounding_key)>;

// The node's current edition of a dataset; NO_DATA when it has none.
using CurrentEdition = std::function<absl::StatusOr<uint64_t>(absl::string_view dataset)>;

// All pointers outlive whoever holds it.
struct MemberContext : NodeContext {
  std::string noise_secret;  // 32 bytes, never leaves
  storage::Ledger* ledger = nullptr;
  storage::ReleaseStore* releases = nullptr;
  AuditTrail* audit = nullptr;
  Execute execute;
  CurrentEdition current_edition;
  // Waits until the slot of a reply to Submit, or to a protected Seal (the owner's reply_slot_ms);
  // unset: replies at once, whatever the rule says.
  std::function<void(absl::Duration)> wait;
  // What went wrong here while a peer was answered, which reads only the reason. May be unset.
  std::function<void(absl::string_view kind, const absl::Status& fault)> fault;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_MEMBER_CONTEXT_H_
