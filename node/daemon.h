// The node, from its directory to its two servers: starts, runs and ends what node_parts.h wires.
#ifndef COMMONS_NODE_DAEMON_H_
#define COMMONS_NODE_DAEMON_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "node/machine/config.h"

namespace commons::node {

struct NodeParts;

// Start, Tick, Reload and Drain from one thread.
class Daemon {
 public:
  struct Options {
    std::string dir;
    bool accept_clock = false;
  };

  // Listens on both servers when it returns. Errors are one line: a directory that another daemon
  // has, a port that is taken, keys or a card that do not fit.
  static absl::StatusOr<std::unique_ptr<Daemon>> Start(const Options& options,
                                                       const Config& config);
  ~Daemon();

  // "host:port" where peers are served.
  std::string address() const;
  // Once a minute: stores the time and the node's mark, and clears what killed clients left; once a
  // day: a fresh certificate and node info.
  void Tick();
  // Every few seconds: whether the disk takes writes. Once it does not, health and status say so,
  // and it is tried again each time. An error: only a new start can tell what is on it.
  absl::Status WatchDisk();
  // Takes what can change at once; logs what waits for a restart.
  void Reload(const Config& config);
  // Whether peers and the own people can reach this node, asked through both doors. From any
  // thread.
  absl::Status ProbeSelf() const;
  // Lets what is under way end, within the time of one question, and refuses what is new. A
  // question that loses a member meanwhile is refused: it may be this node that is cut off.
  void Drain();

 private:
  explicit Daemon(std::unique_ptr<NodeParts> parts);
  std::unique_ptr<NodeParts> parts_;
  bool writes_ = true;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DAEMON_H_
