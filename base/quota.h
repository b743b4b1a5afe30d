// How much of something a caller may cause. Memory is bounded and time is a parameter. Not
// thread-safe; all are small values that a guarded table of callers holds.
#ifndef COMMONS_BASE_QUOTA_H_
#define COMMONS_BASE_QUOTA_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <variant>

#include "absl/time/time.h"

namespace commons {

// Events of the last `window`, each with a mark by which it can be taken back. Holds the `kept_max`
// newest: enough to tell whether there were that many. An event counts at `window` after it too,
// and one that lies ahead of `now` counts.
template <typename Mark = std::monostate>
class RecentEvents {
 public:
  RecentEvents(absl::Duration window, size_t kept_max) : window_(window), kept_max_(kept_max) {}

  void Add(absl::Time at, Mark mark = {}) {
    Forget(at);
    if (events_.size() == kept_max_) events_.pop_front();
    events_.push_back({at, std::move(mark)});
  }
  size_t Count(absl::Time now) const {
    return std::count_if(events_.begin(), events_.end(),
                         [&](const Event& event) { return !IsOver(event, now); });
  }
  // Those that were added first; of fewer, all.
  void TakeBackOldest(size_t count) {
    events_.erase(events_.begin(), events_.begin() + std::min(events_.size(), count));
  }
  void TakeBack(const Mark& mark) {
    std::erase_if(events_, [&](const Event& event) { return event.mark == mark; });
  }
  void Clear() { events_.clear(); }

 private:
  struct Event {
    absl::Time at;
    Mark mark;
  };
  bool IsOver(const Event& event, absl::Time now) const { return now - event.at > window_; }
  void Forget(absl::Time now) {
    std::erase_if(events_, [&](const Event& event) { return IsOver(event, now); });
  }

  absl::Duration window_;
  size_t kept_max_;
  std::deque<Event> events_;  // as added
};

// How often something happened since the day (UTC) began. A time of an earlier day than one before
// counts as that day's.
class DailyCount {
 public:
  void Add(size_t times, absl::Time now);
  void TakeBack(size_t times) { count_ -= std::min(count_, times); }
  size_t Today(absl::Time now);

 private:
  int64_t day_ = 0;  // since 1970-01-01
  size_t count_ = 0;
};

// A bucket of work that fills again evenly. Whoever has anything left gets what it asks for and may
// go into debt, so that nothing is too large for ever: in any time t at most a full bucket, one
// last piece of work and t times the rate are granted.
class TokenBucket {
 public:
  struct Allowance {
    double full;
    double per_second;
  };
  // Full at `now`.
  TokenBucket(const Allowance& allowance, absl::Time now)
      : allowance_(allowance), left_(allowance.full), at_(now) {}

  // False, and nothing is taken, while it is empty or in debt. A clock that goes back fills
  // nothing.
  bool Take(uint64_t amount, absl::Time now);

 private:
  Allowance allowance_;
  double left_;
  absl::Time at_;
};

}  // namespace commons

#endif  // COMMONS_BASE_QUOTA_H_
