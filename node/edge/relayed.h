// One connection of a member: TLS on one side, gRPC on the other, at most 16 KiB in hand each way.
// Whoever does not take what is there for it is not read from either.
#ifndef COMMONS_NODE_EDGE_RELAYED_H_
#define COMMONS_NODE_EDGE_RELAYED_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "crypto/tls/tls_server.h"
#include "node/edge/http2/meter.h"

namespace commons::node {

// Not thread-safe; for one thread, which has SIGPIPE blocked.
class Relayed {
 public:
  // pair: our end of the sockets to gRPC; closed with the object. `meter` outlives it.
  Relayed(std::unique_ptr<crypto::TlsConnection> tls, int pair, KeyMeter* meter);
  ~Relayed();

  // Moves what can be moved without waiting, through `scratch` of kRecordBytes, but not for ever:
  // true, and there may be more. kCancelled: it is over. kResourceExhausted: a flood, for the
  // reason that it says.
  absl::StatusOr<bool> Move(absl::Span<char> scratch, absl::Time now);
  struct Patience {
    absl::Duration stalled = absl::Seconds(limits::kStalledSeconds);
    absl::Duration call = absl::Seconds(limits::kPeerCallSeconds);
  };
  // kDeadlineExceeded: the peer takes nothing, or leaves a call open, for longer.
  absl::Status CheckTimes(absl::Time now, const Patience& patience) const;
  // What to wait for (epoll_ctl(2)) until the next Move.
  uint32_t socket_events() const;
  uint32_t pair_events() const;

  int socket() const { return tls_->socket(); }
  int pair() const { return pair_; }
  const PublicKey& key() const { return tls_->client().key; }

 private:
  using Turn = crypto::TlsConnection::Turn;
  // True: something moved, so there may be more.
  absl::StatusOr<bool> MoveIn(absl::Span<char> scratch, absl::Time now);
  absl::StatusOr<bool> MoveOut(absl::Span<char> scratch, absl::Time now);
  void WriteToPair();
  absl::Status WriteToPeer(absl::Time now);

  const std::unique_ptr<crypto::TlsConnection> tls_;
  const int pair_;
  Http2Meter meter_;
  std::string to_grpc_, to_peer_;  // what the other side did not take yet
  absl::Time stalled_since_ = absl::InfiniteFuture();
  bool grpc_takes_no_more_ = false, grpc_ended_ = false;
  Turn read_turn_ = Turn::kWaitToRead, write_turn_ = Turn::kWaitToWrite;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_RELAYED_H_
