// Calls to peers over kept connections. Every call has a deadline; a peer that is not there costs
// no more than that. Several addresses of a peer are dialled side by side, since one may swallow
// what it is sent; the connection that stands is used until it breaks.
#ifndef COMMONS_NODE_TRANSPORT_PEER_CHANNELS_H_
#define COMMONS_NODE_TRANSPORT_PEER_CHANNELS_H_

#include <grpcpp/channel.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/ids.h"
#include "node/peer/peer_address.h"
#include "node/peer/peer_method.h"
#include "node/transport/tls.h"
#include "proto/documents.pb.h"

namespace commons::node {

// Thread-safe.
class PeerChannels {
 public:
  struct Options {
    std::string http_proxy;  // "": none, whatever the environment says
  };
  // `own` and `clock` outlive it.
  PeerChannels(const OwnCertificate& own, StandingOf standing_of, const Clock* clock,
               Options options);
  ~PeerChannels();

  // Blocks for at most `timeout`. A connection that breaks under a call is replaced once, where the
  // same bytes may come twice (MayComeTwice). kUnavailable: no endpoint answers (or has no valid
  // certificate of the pinned key); kDeadlineExceeded; otherwise the peer's code.
  absl::StatusOr<v1::Envelope> Call(const PeerAddress& peer, PeerMethod method,
                                    const v1::Envelope& request, absl::Duration timeout);
  // Closes connections to addresses that are not in `current`.
  void Keep(const std::vector<PeerAddress>& current);

 private:
  using Key = std::tuple<OrgId, PublicKey, std::string>;
  struct Line {
    std::string endpoint;
    std::shared_ptr<grpc::Channel> channel;
  };
  std::shared_ptr<grpc::Channel> ChannelTo(const PeerAddress& peer, const std::string& endpoint);
  absl::StatusOr<Line> Dial(const PeerAddress& peer, absl::Time deadline);
  void HangUp(const PeerAddress& peer, const Line& line);

  const OwnCertificate& own_;
  const StandingOf standing_of_;
  const Clock* const clock_;
  const Options options_;
  std::mutex mu_;
  std::map<Key, std::shared_ptr<grpc::Channel>> channels_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_PEER_CHANNELS_H_
