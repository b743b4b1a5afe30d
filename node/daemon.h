// The node: everything above wired together, from the directory to the two servers.
#ifndef COMMONS_NODE_DAEMON_H_
#define COMMONS_NODE_DAEMON_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "node/config.h"

namespace commons::node {

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
  // Once a minute: stores the time; once a day: a fresh certificate and node info.
  void Tick();
  // Takes what can change at once; logs what waits for a restart.
  void Reload(const Config& config);
  // Lets what is under way end, within the time of one question, and refuses what is new.
  void Drain();

 private:
  struct Parts;
  explicit Daemon(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DAEMON_H_
