// epoll with a way to wake it from other threads: what each thread of the edge waits on.
#ifndef COMMONS_NODE_EDGE_POLLER_H_
#define COMMONS_NODE_EDGE_POLLER_H_

#include <sys/epoll.h>

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace commons::node {

// Level-triggered. For one thread, but Wake.
class Poller {
 public:
  // kResourceExhausted: no descriptors left.
  static absl::StatusOr<std::unique_ptr<Poller>> Create();
  ~Poller();

  // events: of epoll_ctl(2). `tag` comes back with what happens; 0 is the wake-up's own.
  bool Add(int fd, uint32_t events, uint64_t tag);
  void Change(int fd, uint32_t events, uint64_t tag);
  void Remove(int fd);
  // Until something happens, somebody wakes it, or `most` has passed. Good until the next Wait.
  absl::Span<const epoll_event> Wait(absl::Duration most);
  // Thread-safe. The next Wait, or the one under way, returns at once.
  void Wake();

 private:
  Poller(int epoll, int wake) : epoll_(epoll), wake_(wake) {}
  static constexpr int kEvents = 64;
  const int epoll_;
  const int wake_;
  epoll_event events_[kEvents];
};

// On a thread of the edge, first: signals are for others, and writing to a socket whose other end
// has gone is an error like any other.
void BlockSignalsHere();

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_POLLER_H_
