// The Unix socket of the organisation's own people, with a budget of its own that strangers on the
// network cannot touch. gRPC gets each connection as it is; a second descriptor of it tells when it
// has gone.
#ifndef COMMONS_NODE_EDGE_LOCAL_DOOR_H_
#define COMMONS_NODE_EDGE_LOCAL_DOOR_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <thread>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/limits.h"
#include "node/edge/listener.h"
#include "node/edge/poller.h"
#include "node/log/log_limit.h"

namespace commons::node {

class LocalDoor {
 public:
  using HandOver = std::function<void(int socket)>;
  // `most` connections at once; the next is closed.
  static absl::StatusOr<std::unique_ptr<LocalDoor>> Start(std::unique_ptr<Listener> listener,
                                                          HandOver hand_over,
                                                          size_t most = limits::kLocalConnections);
  // Nobody is accepted any more; what gRPC has goes on.
  ~LocalDoor();

 private:
  LocalDoor(std::unique_ptr<Listener> listener, HandOver hand_over, size_t most,
            std::unique_ptr<Poller> poller);
  void Run();
  void Accept();
  void Open(int socket);

  const std::unique_ptr<Listener> listener_;
  const HandOver hand_over_;
  const size_t most_;
  const std::unique_ptr<Poller> poller_;
  RunningClock running_;
  LogLimit log_limit_{2};
  std::set<int> watched_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_LOCAL_DOOR_H_
