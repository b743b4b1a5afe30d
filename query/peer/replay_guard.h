// Messages that were seen, for as long as they could be accepted again.
#ifndef COMMONS_QUERY_PEER_REPLAY_GUARD_H_
#define COMMONS_QUERY_PEER_REPLAY_GUARD_H_

#include <cstddef>
#include <map>
#include <mutex>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"

namespace commons::query {

// Thread-safe. Memory is bounded, about 100 bytes a message: where there is no room nothing is
// forgotten early, new things are refused.
class ReplayGuard {
 public:
  static constexpr size_t kPerSender = 1 << 14;
  static constexpr size_t kAll = 1 << 16;
  // Of each sender, however much the others sent.
  static constexpr size_t kAlways = 256;

  // REPLAYED when seen before, BUSY when the sender has too many.
  absl::Status Admit(const OrgId& sender, absl::string_view what, absl::Time now,
                     absl::Time forget_at);

 private:
  using Seen = std::map<Hash32, absl::Time>;  // until when
  bool IsFull(size_t of_sender) const;
  void Forget(absl::Time now);

  std::mutex mu_;
  std::map<OrgId, Seen> seen_;
  size_t held_ = 0;
  absl::Time forgot_at_ = absl::InfinitePast();
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_PEER_REPLAY_GUARD_H_
