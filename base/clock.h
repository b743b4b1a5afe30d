// Time as a parameter: nothing below node/ reads the wall clock by itself.
#ifndef COMMONS_BASE_CLOCK_H_
#define COMMONS_BASE_CLOCK_H_

#include <time.h>

#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace commons {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
  // Why its time can't be trusted, if it can't.
  virtual absl::Status Check() const { return absl::OkStatus(); }
};

class SystemClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

// Counts from when the machine was started, as if that had been 1970: on while it sleeps, and
// nobody can set it.
class RunningClock : public Clock {
 public:
  absl::Time Now() const override {
    timespec now = {};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return absl::TimeFromTimespec(now);
  }
};

// For tests: stands still until moved.
class FakeClock : public Clock {
 public:
  explicit FakeClock(absl::Time now) : now_(now) {}
  absl::Time Now() const override {
    std::lock_guard lock(mu_);
    return now_;
  }
  void Advance(absl::Duration by) {
    std::lock_guard lock(mu_);
    now_ += by;
  }
  void Distrust(absl::Status why) {
    std::lock_guard lock(mu_);
    trusted_ = std::move(why);
  }
  absl::Status Check() const override {
    std::lock_guard lock(mu_);
    return trusted_;
  }

 private:
  mutable std::mutex mu_;
  absl::Time now_;
  absl::Status trusted_;
};

}  // namespace commons

#endif  // COMMONS_BASE_CLOCK_H_
