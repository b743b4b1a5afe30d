// Tells the service manager that the node is well for as long as it can reach itself; when it
// cannot, the manager starts it anew (WatchdogSec in the unit file).
#ifndef COMMONS_NODE_WATCHDOG_H_
#define COMMONS_NODE_WATCHDOG_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace commons::node {

// A thread that probes four times in each `period` and feeds after each probe that was well; one
// that was not is a line in the log.
class Watchdog {
 public:
  Watchdog(absl::Duration period, std::function<absl::Status()> probe, std::function<void()> feed);
  // Returns when the probe under way has ended.
  ~Watchdog();

 private:
  void Run();

  const absl::Duration interval_;
  const std::function<absl::Status()> probe_;
  const std::function<void()> feed_;
  std::mutex mu_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_WATCHDOG_H_
