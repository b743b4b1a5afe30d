#include "node/services/pace.h"

#include <algorithm>

namespace commons::node {

absl::Duration Pace::PauseLeft(absl::Time now) const {
  return std::max(busy_at_ + pause_ - now, absl::ZeroDuration());
}

void Pace::Busy(absl::Time began, absl::Time now) {
  if (began < busy_at_) return;
  busy_at_ = now;
  pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
  at_once_ = std::max<size_t>(at_once_ / 2, 1);
  calm_ = 0;
}

void Pace::Calm() {
  if (++calm_ < at_once_) return;
  calm_ = 0;
  at_once_ = std::min(at_once_ + 1, most_);
  pause_ = pause_ <= kFirstPause ? absl::ZeroDuration() : pause_ / 2;
}

}  // namespace commons::node
