// The node's time: never behind the last time it durably stored, and not trusted
// after a jump. A clock that was set back cannot revive what expired; one that was set forward
// cannot end a cooling-off.
#ifndef COMMONS_NODE_NODE_CLOCK_H_
#define COMMONS_NODE_NODE_CLOCK_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "storage/document_store.h"

namespace commons::node {

// Thread-safe. `machine` and `store` outlive it.
class NodeClock : public Clock {
 public:
  static constexpr absl::Duration kBehindMax = absl::Minutes(5);
  static constexpr absl::Duration kJumpMax = absl::Hours(24);

  // accept_jump: the operator says that the machine's time is right, however far ahead.
  static absl::StatusOr<std::unique_ptr<NodeClock>> Open(const Clock* machine,
                                                         storage::DocumentStore* store,
                                                         bool accept_jump);

  // The larger of the machine's clock and the last durable time.
  absl::Time Now() const override;
  // CLOCK while the machine's clock is more than 5 minutes behind that time, or was found more than
  // 24 hours ahead of it (until a start with --accept-clock).
  absl::Status Check() const;
  // Stores the time, if it can be trusted. To be called every minute.
  absl::Status Persist();

 private:
  NodeClock(const Clock* machine, storage::DocumentStore* store, absl::Time last)
      : machine_(machine), store_(store), last_(last) {}

  const Clock* const machine_;
  storage::DocumentStore* const store_;
  mutable std::mutex mu_;
  absl::Time last_;  // durable
};

}  // namespace commons::node

#endif  // COMMONS_NODE_NODE_CLOCK_H_
