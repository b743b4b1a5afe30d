// The node's time: never behind the last time it durably stored, and not trusted after a jump. A
// clock that was set back cannot revive what expired; one that was set forward, at once or step by
// step, gains a day at most in a run, and up to a day at its start.
#ifndef COMMONS_NODE_MACHINE_NODE_CLOCK_H_
#define COMMONS_NODE_MACHINE_NODE_CLOCK_H_

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "storage/document_store.h"

namespace commons::node {

// Thread-safe. The clocks and `store` outlive it.
class NodeClock : public Clock {
 public:
  static constexpr absl::Duration kBehindMax = absl::Minutes(5);
  static constexpr absl::Duration kJumpMax = absl::Hours(24);

  // machine: the wall clock, which others can set; running: counts evenly and cannot be set.
  // accept: the operator says that the machine's time is right, however far ahead or behind.
  static absl::StatusOr<std::unique_ptr<NodeClock>> Open(const Clock* machine, const Clock* running,
                                                         storage::DocumentStore* store,
                                                         bool accept);

  // The larger of the machine's clock and the last durable time.
  absl::Time Now() const override;
  // CLOCK, until the machine's clock is right again or a start with --accept-clock, while it is
  // - more than 5 minutes behind the last durable time;
  // - more than 24 hours ahead of it at the start;
  // - more than 24 hours ahead of the time that has passed since the start, in all: it can't be
  //   steered there step by step. Clocks may drift by a thousandth.
  absl::Status Check() const override;
  // Stores the time, if it can be trusted. To be called every minute.
  absl::Status Persist();

 private:
  NodeClock(const Clock* machine, const Clock* running, storage::DocumentStore* store,
            absl::Time last)
      : machine_(machine),
        running_(running),
        store_(store),
        last_(last),
        from_(last),
        running_from_(running->Now()) {}
  absl::Status CheckAt(absl::Time machine) const;

  const Clock* const machine_;
  const Clock* const running_;
  storage::DocumentStore* const store_;
  mutable std::mutex mu_;
  absl::Time last_;  // durable
  // What time it was at the start, and how long the machine had been running then.
  absl::Time from_, running_from_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_MACHINE_NODE_CLOCK_H_
