// Whom this node asks at all. A member that signs a roster and then gives no vector makes all
// others pay for nothing: after three times in a day it is left out of protected questions for a
// day.
#ifndef COMMONS_QUERY_ASKER_ATTENDANCE_H_
#define COMMONS_QUERY_ASKER_ATTENDANCE_H_

#include <map>
#include <mutex>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/quota.h"
#include "governance/register.h"
#include "proto/question.pb.h"

namespace commons::query {

// Thread-safe. What this node saw itself, in memory: a restart forgets it.
class Attendance {
 public:
  static constexpr size_t kMisses = 3;
  static constexpr absl::Duration kWithin = absl::Hours(24);
  static constexpr absl::Duration kLeftOut = absl::Hours(24);

  // The member signed the roster and its vector did not come: the question was aborted.
  void Missed(const OrgId& member, absl::Time now);

  // ABORT_LIMIT: left out of protected questions. kUnavailable: the address that it gave expired.
  absl::Status MayAsk(const governance::Organisation& member, const v1::Question& question,
                      absl::Time now);

 private:
  struct Record {
    RecentEvents<> misses{kWithin, kMisses};
    absl::Time left_out_until = absl::InfinitePast();
  };
  std::mutex mu_;
  std::map<OrgId, Record> records_;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_ATTENDANCE_H_
