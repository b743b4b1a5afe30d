#include "base/quota.h"

#include "base/period.h"

namespace commons {

void DailyCount::Add(size_t times, absl::Time now) { count_ = Today(now) + times; }

size_t DailyCount::Today(absl::Time now) {
  if (const int64_t day = DayOf(now); day > day_) {
    day_ = day;
    count_ = 0;
  }
  return count_;
}

bool TokenBucket::Take(uint64_t amount, absl::Time now) {
  const double idle_s = std::max(0.0, absl::ToDoubleSeconds(now - at_));
  left_ = std::min(allowance_.full, left_ + idle_s * allowance_.per_second);
  at_ = now;
  if (left_ <= 0) return false;
  left_ -= static_cast<double>(amount);
  return true;
}

}  // namespace commons
