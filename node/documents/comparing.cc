#include "node/documents/comparing.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "governance/document/refusal.h"
#include "node/transport/guard.h"

namespace commons::node {
namespace {

using governance::Refuse;

constexpr size_t kParallel = 16;
// A question waits for it: who holds little that is new needs a few round trips.
constexpr absl::Duration kPatience = absl::Seconds(2);

}  // namespace

absl::Status Comparing::WithOne(const query::Voted& voted) const {
  const auto now = snapshots_->latest();
  for (const Peer& peer : now->peers) {
    if (peer.address.org != voted.member) continue;
    const auto outcome = exchange_->RoundWith(peer, kPatience);
    if (outcome.ok() && outcome->whole) return absl::OkStatus();
    // Of this node's own log the others judge.
    if (governance::ReasonOf(outcome.status()) == v1::CONFLICTING_LOG) return absl::OkStatus();
    return Refuse(v1::STALE, absl::StrCat(peer.name, " voted knowing other documents, ",
                                          outcome.ok() ? "which do not fit those held here"
                                                       : "and could not be compared with"));
  }
  return Refuse(v1::STALE, "who voted is not known here");
}

void Comparing::WithSome(const std::vector<query::Voted>& voted, const std::vector<size_t>& some,
                         std::vector<absl::Status>& outcomes) const {
  RunParallel(some.size(), kParallel, [&](size_t k) {
    absl::Status& outcome = outcomes[some[k]];
    outcome = Refuse(v1::STALE, "a comparison failed");  // unless it comes to its end
    Guarded("Compare", [&] {
      outcome = WithOne(voted[some[k]]);
      return grpc::Status::OK;
    });
  });
}

std::vector<absl::Status> Comparing::With(const std::vector<query::Voted>& voted) const {
  std::vector<absl::Status> outcomes(voted.size());
  std::set<Hash32> heads;
  std::vector<size_t> first, rest;
  for (size_t i = 0; i < voted.size(); ++i) {
    if (snapshots_->Had(voted[i].register_head)) continue;
    (heads.insert(voted[i].register_head).second ? first : rest).push_back(i);
  }
  WithSome(voted, first, outcomes);
  std::erase_if(rest, [&](size_t i) { return snapshots_->Had(voted[i].register_head); });
  WithSome(voted, rest, outcomes);
  return outcomes;
}

}  // namespace commons::node
