// Who asked, and what own people did, written down before anything follows from it.
#ifndef COMMONS_QUERY_AUDIT_AUDIT_TRAIL_H_
#define COMMONS_QUERY_AUDIT_AUDIT_TRAIL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/quota.h"
#include "proto/audit.pb.h"
#include "storage/audit/audit_log.h"

namespace commons::query {

// Thread-safe; `log` outlives it. Every error is the disk's: nothing may follow from what could not
// be written down.
class AuditTrail {
 public:
  // Of one member's questions in a day. Beyond the bytes they are written down in brief; beyond the
  // number those that cost nothing here, refused ones and open ones, are counted together: so many
  // an entry, and the rest with the next one that is written down.
  static constexpr size_t kWholeBytesADay = 8 << 20;
  static constexpr size_t kOneByOneADay = 10'000;
  static constexpr uint64_t kCountedTogether = 1'000;

  explicit AuditTrail(storage::AuditLog* log) : log_(log) {}

  absl::Status Asked(v1::AuditQuestion question, absl::Time now);
  absl::Status CameToThis(const v1::AuditOutcome& outcome, absl::Time now);
  absl::Status Did(const v1::AuditDeed& deed, absl::Time now);

 private:
  struct Today {
    DailyCount bytes, entries;
    v1::AuditUncounted uncounted;  // since the last entry about it
  };
  absl::Status Write(v1::AuditEntry& entry, absl::Time now);
  absl::Status TellUncounted(Today& of, absl::Time now);

  storage::AuditLog* const log_;
  std::mutex mu_;
  std::map<OrgId, Today> today_;  // by asking member: as many as there are members
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_AUDIT_AUDIT_TRAIL_H_
