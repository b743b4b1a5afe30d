// Keeps what strangers can cause from filling the log.
#ifndef COMMONS_NODE_LOG_LOG_LIMIT_H_
#define COMMONS_NODE_LOG_LOG_LIMIT_H_

#include <cstdint>
#include <mutex>
#include <optional>

#include "absl/time/time.h"

namespace commons::node {

// At most `lines` in any minute counted from the first of them. Thread-safe.
class LogLimit {
 public:
  explicit LogLimit(uint64_t lines) : lines_(lines) {}
  // nullopt: write nothing. Else how many were left out since the last line that was written.
  std::optional<uint64_t> Admit(absl::Time now);

 private:
  const uint64_t lines_;
  std::mutex mu_;
  absl::Time begun_ = absl::InfinitePast();
  uint64_t written_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_LOG_LOG_LIMIT_H_
