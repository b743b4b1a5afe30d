#include "node/watchdog.h"

#include <utility>

#include "node/log/log.h"

namespace commons::node {

Watchdog::Watchdog(absl::Duration period, std::function<absl::Status()> probe,
                   std::function<void()> feed)
    : interval_(period / 4), probe_(std::move(probe)), feed_(std::move(feed)) {
  thread_ = std::thread([this] { Run(); });
}

Watchdog::~Watchdog() {
  {
    std::lock_guard lock(mu_);
    stop_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void Watchdog::Run() {
  while (true) {
    const absl::Status well = probe_();
    if (well.ok()) {
      feed_();
    } else {
      Log(LogLevel::kError, "self_probe_failed", {{"reason", well.message()}});
    }
    std::unique_lock lock(mu_);
    if (stopped_.wait_for(lock, absl::ToChronoNanoseconds(interval_), [&] { return stop_; })) {
      return;
    }
  }
}

}  // namespace commons::node
