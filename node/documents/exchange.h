// The exchange of documents between two nodes: compare one hash, at a glance (query/peer/glance.h)
// where it is likely the same; if it differs, pull what this node lacks and push what the peer
// lacks. What a peer makes this node verify, fold and sign has a budget, and is BUSY beyond it.
// Both sides; no threads, no gRPC.
#ifndef COMMONS_NODE_DOCUMENTS_EXCHANGE_H_
#define COMMONS_NODE_DOCUMENTS_EXCHANGE_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "governance/exchange/exchange.h"
#include "node/documents/log_book.h"
#include "node/documents/page_intake.h"
#include "node/documents/snapshot.h"
#include "node/peer/peer_address.h"
#include "node/peer/peer_budgets.h"
#include "node/peer/peer_method.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"
#include "query/peer/replay_guard.h"

namespace commons::node {

// Thread-safe. Everything outlives it.
class Exchange {
 public:
  // Not later than `until`.
  using Call = std::function<absl::StatusOr<v1::Envelope>(
      const Peer& peer, PeerMethod method, const v1::Envelope& request, absl::Time until)>;
  Exchange(LogBook* book, PageIntake* intake, const crypto::SigningKey* node_key,
           const Clock* clock, crypto::RandomSource* random, Call call);

  // Called with whoever compared its heads with this node's, and whether they were the same, on the
  // thread that answers it. Set before messages come.
  void OnHeard(std::function<void(const OrgId& peer, bool same)> heard) {
    heard_ = std::move(heard);
  }

  // A peer's message, answered; a refusal is an answer too.
  v1::Envelope OnCompare(const v1::Envelope& request);
  v1::Envelope OnPull(const v1::Envelope& request);
  v1::Envelope OnPush(const v1::Envelope& request);

  struct Outcome {
    bool changed = false;        // this node learned something
    bool shows_own_log = false;  // the peer's copy of this node's log is no longer than its own
    bool equal = false;
    bool whole = false;  // the peer holds nothing that is not held here, but of forked logs
  };
  // One round with one peer, until neither had anything for the other when it said what it holds.
  // kUnavailable, kDeadlineExceeded: not there; a peer's refusal as it came; CONFLICTING_LOG when
  // the peer holds another history of this node's own log. However slow the peer is, and however
  // much it has, it is asked nothing after `patience` (kDeadlineExceeded if there was more).
  absl::StatusOr<Outcome> RoundWith(const Peer& peer, absl::Duration patience = kRound);
  static constexpr absl::Duration kRound = absl::Seconds(20);
  // Hands a peer what it was not asked whether it has. Errors as of RoundWith.
  absl::Status PushPages(const Peer& peer, absl::Span<const v1::LogPage> pages,
                         absl::Duration patience);

 private:
  template <typename Reply>
  absl::StatusOr<Reply> Ask(const Peer& peer, PeerMethod method, absl::string_view kind,
                            google::protobuf::Message& request, absl::string_view reply_kind,
                            absl::Time until);
  v1::Envelope OnGlance(const v1::Envelope& request, const Snapshot& now);
  // Whether the peer holds the same, without saying what it holds if not. As RoundWith.
  absl::StatusOr<bool> Agrees(const Peer& peer, const Snapshot& now, absl::Time until);
  // Compares with the table of heads.
  absl::StatusOr<v1::CompareReply> Compare(const Peer& peer, const Snapshot& now, absl::Time until);
  bool LikelyAgrees(const Peer& peer, const Snapshot& now) const;
  void NoteAgreed(const Snapshot& now);
  v1::PeerHeader HeaderTo(const OrgId& recipient) const;
  // To whoever's node key the request carries, verified or not; nothing of it is parsed.
  v1::PeerHeader HeaderToSender(const v1::Envelope& request) const;
  absl::Status Push(const Peer& peer, const std::vector<v1::Pull::Range>& ranges, absl::Time until);
  absl::Status SendPages(const Peer& peer, v1::Push& request, absl::Time until);
  absl::StatusOr<bool> Pull(const Peer& peer, const std::vector<v1::Pull::Range>& ranges,
                            absl::Time until);
  bool Expects(const OrgId& org) const;
  // Whether all that a peer holds is held here, but for another history of a log that has two.
  bool LacksNothingOf(const governance::Heads& theirs) const;
  // Whether what stands beside the logs is the same, too; a full set comes in several pages.
  bool HoldsSetsOf(const governance::Heads& theirs) const;

  LogBook* const book_;
  PageIntake* const intake_;
  const OrgId org_;
  const crypto::SigningKey* const node_key_;
  const Clock* const clock_;
  crypto::RandomSource* const random_;
  const Call call_;
  std::function<void(const OrgId&, bool)> heard_;
  query::ReplayGuard replays_;
  PeerBudgets budgets_;
  mutable std::mutex mu_;
  Hash32 agreed_;  // the hash of heads when a peer last held the same; under mu_
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_EXCHANGE_H_
