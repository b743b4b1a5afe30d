// One member's side of a question (docs/formats/aggregation.md): message in, message out. No gRPC,
// no clock and no disk of its own: everything is injected.
//
//   asker                                contributor
//   Propose{question}          ->        decide, reserve            -> Vote{E, state} | refusal
//   Seal{roster of n votes}    ->        check all, count, noise, mask -> signature(transcript)
//   Submit{n signatures}       ->        decide again, charge final  -> y_i, signed
//   Publish{y_1..y_n, release} ->        recompute, countersign, store -> countersignature
#ifndef COMMONS_QUERY_MEMBER_CONTRIBUTOR_H_
#define COMMONS_QUERY_MEMBER_CONTRIBUTOR_H_

#include <memory>

#include "proto/documents.pb.h"
#include "query/member/member_context.h"

namespace commons::query {

struct ContributorPhases;  // contributor_phases.h

// Thread-safe. Sessions are kept in memory, bounded, and lapse limits::kReservationSeconds after
// the vote without Submit; a restart forgets them (the question is then aborted, never answered
// wrongly).
class Contributor {
 public:
  explicit Contributor(MemberContext context);
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
  const std::unique_ptr<ContributorPhases> phases_;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_CONTRIBUTOR_H_
