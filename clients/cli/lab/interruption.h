// Ctrl-C while a practice federation is being built: the work in hand is ended and cleared away.
#ifndef COMMONS_CLIENTS_CLI_LAB_INTERRUPTION_H_
#define COMMONS_CLIENTS_CLI_LAB_INTERRUPTION_H_

#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

namespace commons::clients::lab {

// While it lives, SIGINT, SIGTERM and SIGHUP, unless ignored, no longer end this process; the first
// is noted and `end_work` called once, on a thread of its own. Make it before any other thread:
// those that come later inherit the blocked signals.
class Interruption {
 public:
  explicit Interruption(std::function<void()> end_work);
  ~Interruption();  // waits for end_work
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  bool came() const { return came_; }

 private:
  void Watch();

  std::function<void()> end_work_;
  sigset_t watched_, before_;
  std::atomic<bool> came_ = false, over_ = false;
  std::thread thread_;
};

}  // namespace commons::clients::lab

#endif  // COMMONS_CLIENTS_CLI_LAB_INTERRUPTION_H_
