#include "node/log/log_limit.h"

#include <utility>

namespace commons::node {

std::optional<uint64_t> LogLimit::Admit(absl::Time now) {
  std::lock_guard lock(mu_);
  // A clock that was set back begins a new minute too.
  if (now >= begun_ + absl::Minutes(1) || now < begun_) {
    begun_ = now;
    written_ = 0;
  }
  if (written_ == lines_) {
    ++left_out_;
    return std::nullopt;
  }
  ++written_;
  return std::exchange(left_out_, 0);
}

}  // namespace commons::node
