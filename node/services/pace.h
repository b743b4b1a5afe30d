// How many questions this node has under way at once, as its peers take it.
#ifndef COMMONS_NODE_SERVICES_PACE_H_
#define COMMONS_NODE_SERVICES_PACE_H_

#include <cstddef>

#include "absl/time/time.h"

namespace commons::node {

// As many as members allow, until one of them is BUSY: then half as many and none for a while,
// longer each time; after each round that went well one more. Not thread-safe. Times are of a clock
// that nobody sets.
class Pace {
 public:
  static constexpr absl::Duration kFirstPause = absl::Milliseconds(200);
  static constexpr absl::Duration kLongestPause = absl::Seconds(5);

  explicit Pace(size_t most) : most_(most), at_once_(most) {}

  size_t at_once() const { return at_once_; }
  // Zero: a question may begin.
  absl::Duration PauseLeft(absl::Time now) const;

  // A question ended that began at `began`. Those that were under way together when somebody was
  // BUSY count as one: they say the same.
  void Busy(absl::Time began, absl::Time now);
  void Calm();

 private:
  const size_t most_;
  size_t at_once_;
  size_t calm_ = 0;  // ended since at_once_ changed
  absl::Duration pause_;
  absl::Time busy_at_ = absl::InfinitePast();
};

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_PACE_H_
