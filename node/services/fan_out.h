// One message to each of several members at once, over the network or, for this node itself,
// straight to its contributor.
#ifndef COMMONS_NODE_SERVICES_FAN_OUT_H_
#define COMMONS_NODE_SERVICES_FAN_OUT_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "node/machine/threads.h"
#include "node/peer/peer_method.h"
#include "proto/documents.pb.h"
#include "query/asker/asker.h"

namespace commons::node {

// Thread-safe. Send never takes longer than its timeout; what is late goes on by itself and is
// forgotten. Where there is no thread left for a member, it is unavailable. The destructor waits
// for it.
class FanOutSender {
 public:
  using Call = std::function<absl::StatusOr<v1::Envelope>(
      const OrgId& to, PeerMethod method, const v1::Envelope& message, absl::Duration timeout)>;
  explicit FanOutSender(Call call, StartThread start = StartDetached)
      : call_(std::move(call)), start_(std::move(start)) {}
  ~FanOutSender();

  std::vector<query::Incoming> Send(query::Phase phase,
                                    const std::vector<query::Outgoing>& messages,
                                    absl::Duration timeout);

 private:
  const Call call_;
  const StartThread start_;
  std::mutex mu_;
  std::condition_variable idle_;
  size_t running_ = 0;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_FAN_OUT_H_
