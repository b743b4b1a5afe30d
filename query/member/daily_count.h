// How often something happened since the day (UTC) began.
#ifndef COMMONS_QUERY_MEMBER_DAILY_COUNT_H_
#define COMMONS_QUERY_MEMBER_DAILY_COUNT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace commons::query {

// Not thread-safe. A time of an earlier day than one before counts as that day's.
class DailyCount {
 public:
  void Add(size_t times, absl::Time now) {
    Roll(now);
    count_ += times;
  }
  void TakeBack(size_t times) { count_ -= std::min(count_, times); }
  size_t Today(absl::Time now) {
    Roll(now);
    return count_;
  }

 private:
  void Roll(absl::Time now) {
    const int64_t day = absl::ToUnixSeconds(now) / 86'400;
    if (day <= day_) return;
    day_ = day;
    count_ = 0;
  }
  int64_t day_ = 0;
  size_t count_ = 0;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_DAILY_COUNT_H_
