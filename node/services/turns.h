// So many at once, and a few that wait a moment for their turn.
#ifndef COMMONS_NODE_SERVICES_TURNS_H_
#define COMMONS_NODE_SERVICES_TURNS_H_

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "absl/time/time.h"

namespace commons::node {

// Thread-safe. Whoever waits goes in no particular order.
class Turns {
 public:
  Turns(size_t running_max, size_t waiting_max)
      : running_max_(running_max), waiting_max_(waiting_max) {}

  // Until it ends it is one of those at once; false when there was no room in time.
  class Turn {
   public:
    Turn(Turns& turns, absl::Duration patience) : turns_(turns), granted_(turns.Enter(patience)) {}
    ~Turn() {
      if (granted_) turns_.Leave();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return granted_; }

   private:
    Turns& turns_;
    const bool granted_;
  };

 private:
  bool Enter(absl::Duration patience) {
    std::unique_lock lock(mu_);
    if (running_ >= running_max_) {
      if (waiting_ >= waiting_max_) return false;
      ++waiting_;
      const bool room = free_.wait_for(lock, absl::ToChronoNanoseconds(patience),
                                       [&] { return running_ < running_max_; });
      --waiting_;
      if (!room) return false;
    }
    ++running_;
    return true;
  }
  void Leave() {
    {
      std::lock_guard lock(mu_);
      --running_;
    }
    free_.notify_one();
  }

  const size_t running_max_, waiting_max_;
  std::mutex mu_;
  std::condition_variable free_;
  size_t running_ = 0, waiting_ = 0;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_TURNS_H_
