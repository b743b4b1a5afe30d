// One member's side of a question (docs/formats/aggregation.md): message in, message out. No gRPC,
// no clock and no disk of its own: everything is injected.
//
//   asker                                contributor
//   Propose{question}          ->        decide, reserve            -> Vote{E, state} | refusal
//   Seal{roster of n votes}    ->        check all, count, noise, mask -> signature(transcript)
//   Submit{n signatures}       ->        decide again, charge final  -> y_i, signed
//   Publish{y_1..y_n, release} ->        recompute, countersign, store -> countersignature
#ifndef COMMONS_QUERY_CONTRIBUTOR_H_
#define COMMONS_QUERY_CONTRIBUTOR_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "governance/register.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"
#include "storage/ledger/ledger.h"
#include "storage/release_store.h"

namespace commons::query {

// This node's exact partials for a question, in CellSpace order, and the edition they came from.
struct LocalPartials {
  std::vector<absl::int128> values;
  uint64_t epoch = 0;
};
using Execute = std::function<absl::StatusOr<LocalPartials>(
    const v1::Question& question, const v1::Standard& standard, const Hash32& rounding_key)>;

// The node's current edition of a dataset; NO_DATA when it has none.
using CurrentEpoch = std::function<absl::StatusOr<uint64_t>(absl::string_view dataset)>;

// What a node is, to its state machines. All pointers outlive them.
struct NodeContext {
  OrgId org;
  const crypto::SigningKey* node_key;
  std::string noise_secret;                                          // 32 bytes, never leaves
  std::function<std::shared_ptr<const governance::Register>()> reg;  // current snapshot
  std::function<absl::Status()> ready;  // STALE or CLOCK while this node may not answer
  const Clock* clock;
  crypto::RandomSource* random;
  storage::Ledger* ledger;
  storage::ReleaseStore* releases;
  Execute execute;
  CurrentEpoch current_epoch;
  // Waits until the slot of a reply to Submit, or to a protected Seal (the owner's reply_slot_ms);
  // unset: replies at once, whatever the rule says.
  std::function<void(absl::Duration)> wait;
  // What went wrong here while a peer was answered, which reads only the reason. May be unset.
  std::function<void(absl::string_view kind, const absl::Status& fault)> fault;
};

// Thread-safe. Sessions are kept in memory, bounded, and lapse limits::kReservationSeconds after
// the vote without Submit; a restart forgets them (the question is then aborted, never answered
// wrongly).
class Contributor {
 public:
  explicit Contributor(NodeContext context);
  ~Contributor();

  // Each takes a peer's signed Envelope and returns this node's signed reply; a refusal is a reply
  // too. Checks: payload type, size, sender is a member in force and signed with its node key,
  // recipient is this organisation, commons, freshness (5 minutes, nonce not seen).
  v1::Envelope OnPreview(const v1::Envelope& request);
  v1::Envelope OnPropose(const v1::Envelope& request);
  v1::Envelope OnSeal(const v1::Envelope& request);
  v1::Envelope OnSubmit(const v1::Envelope& request);
  v1::Envelope OnPublish(const v1::Envelope& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_CONTRIBUTOR_H_
