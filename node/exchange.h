// The exchange of documents between two nodes: compare one hash; if it differs, pull what this
// node lacks and push what the peer lacks. What a peer makes this node verify, fold and sign has a
// budget, and is BUSY beyond it. Both sides; no threads, no gRPC.
#ifndef COMMONS_NODE_EXCHANGE_H_
#define COMMONS_NODE_EXCHANGE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "node/archive.h"
#include "node/peer_budgets.h"
#include "node/transport/peer_method.h"
#include "proto/documents.pb.h"
#include "query/peer/peer_message.h"

namespace commons::node {

// Thread-safe. Everything outlives it.
class Exchange {
 public:
  using Call = std::function<absl::StatusOr<v1::Envelope>(const Peer& peer, PeerMethod method,
                                                          const v1::Envelope& request)>;
  Exchange(Archive* archive, const OrgId& org, const crypto::SigningKey* node_key,
           const Clock* clock, crypto::RandomSource* random, Call call);

  // A peer's message, answered; a refusal is an answer too.
  v1::Envelope OnCompare(const v1::Envelope& request);
  v1::Envelope OnPull(const v1::Envelope& request);
  v1::Envelope OnPush(const v1::Envelope& request);

  struct Outcome {
    bool changed = false;        // this node learned something
    bool shows_own_log = false;  // the peer's copy of this node's log is no longer than its own
    bool equal = false;
  };
  // One round with one peer, until neither has anything for the other. kUnavailable,
  // kDeadlineExceeded: not there; a peer's refusal as it came; CONFLICTING_LOG when the peer holds
  // another history of this node's own log.
  absl::StatusOr<Outcome> RoundWith(const Peer& peer);

 private:
  template <typename Reply>
  absl::StatusOr<Reply> Ask(const Peer& peer, PeerMethod method, absl::string_view kind,
                            google::protobuf::Message& request, absl::string_view reply_kind);
  v1::PeerHeader HeaderTo(const OrgId& recipient) const;
  // To whoever's node key the request carries, verified or not; nothing of it is parsed.
  v1::PeerHeader HeaderToSender(const v1::Envelope& request) const;
  absl::Status Push(const Peer& peer, const std::vector<v1::Pull::Range>& ranges);
  absl::StatusOr<bool> Pull(const Peer& peer, const std::vector<v1::Pull::Range>& ranges);
  bool Expects(const OrgId& org) const;

  Archive* const archive_;
  const OrgId org_;
  const crypto::SigningKey* const node_key_;
  const Clock* const clock_;
  crypto::RandomSource* const random_;
  const Call call_;
  query::ReplayGuard replays_;
  PeerBudgets budgets_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EXCHANGE_H_
