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
  // Whether this process itself has come in.
  using IsOwn = std::function<bool(int socket)>;
  static bool IsThisProcess(int socket);
  // Beyond the others: the daemon must reach itself however many of them there are, or it would be
  // started anew. One, and the one before it that may not have gone yet.
  static constexpr size_t kOwn = 2;

  // `most` connections at once; the next is told kSocketFull and closed.
  static absl::StatusOr<std::unique_ptr<LocalDoor>> Start(std::unique_ptr<Listener> listener,
                                                          HandOver hand_over,
                                                          size_t most = limits::kLocalConnections,
                                                          IsOwn is_own = IsThisProcess);
  // Nobody is accepted any more; what gRPC has goes on.
  ~LocalDoor();
  void StopAccepting();  // the same; the socket goes
  // Ends what gRPC still has. After StopAccepting; from any thread, one at a time.
  void HangUp();

 private:
  LocalDoor(std::unique_ptr<Listener> listener, HandOver hand_over, size_t most, IsOwn is_own,
            std::unique_ptr<Poller> poller);
  void Run();
  void Accept();
  void Open(int socket);
  bool HasRoom(int socket) const;
  void TurnAway(int socket);

  std::unique_ptr<Listener> listener_;
  const HandOver hand_over_;
  const size_t most_;
  const IsOwn is_own_;
  const std::unique_ptr<Poller> poller_;
  RunningClock running_;
  LogLimit log_limit_{2};
  std::set<int> watched_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_LOCAL_DOOR_H_
