// The phases of a Contributor, of its own sources only: contributor.cc (who may speak, previews),
// contributor_vote.cc, contributor_seal.cc and contributor_submit.cc (one phase each).
#ifndef COMMONS_QUERY_MEMBER_CONTRIBUTOR_PHASES_H_
#define COMMONS_QUERY_MEMBER_CONTRIBUTOR_PHASES_H_

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "query/member/contribution.h"
#include "query/member/member_context.h"
#include "query/member/permit.h"
#include "query/member/scan_gate.h"
#include "query/member/sessions.h"
#include "query/peer/peer_message.h"
#include "query/peer/replay_guard.h"

namespace commons::query {

struct ContributorPhases {
  explicit ContributorPhases(MemberContext c) : context(std::move(c)), sessions(context.ledger) {}

  // A message and everything about it that was checked.
  template <typename T>
  struct Checked {
    std::shared_ptr<const governance::Register> reg;
    T message;
    const governance::Organisation* sender;
    absl::Time now;
  };
  template <typename T>
  absl::StatusOr<Checked<T>> Open(const v1::Envelope& request, absl::string_view kind) {
    auto reg = context.reg();
    const absl::Time now = context.clock->Now();
    ASSIGN_OR_RETURN(auto opened, OpenPeerMessage<T>(request, kind, *reg, context.org, now));
    return Checked<T>{std::move(reg), std::move(opened.message), opened.sender, now};
  }

  template <typename Reply>
  v1::Envelope Sign(const v1::Envelope& request, absl::string_view kind, Reply reply) {
    *reply.mutable_header() = MakeHeader(context.reg()->commons_id(), context.org,
                                         SenderOf(request), context.clock->Now(), *context.random);
    return SignPeerMessage(kind, reply, *context.node_key);
  }
  template <typename Reply>
  v1::Envelope Refused(const v1::Envelope& request, absl::string_view kind,
                       const absl::Status& status) {
    if (context.fault && !governance::HasRefusal(status)) context.fault(kind, status);
    Reply reply;
    *reply.mutable_refusal() = governance::RefusalForPeers(status);
    return Sign(request, kind, std::move(reply));
  }
  // Whom to answer: whoever's node key the request carries, verified or not.
  OrgId SenderOf(const v1::Envelope& request) const;

  absl::StatusOr<v1::PreviewReply> Preview(const v1::Envelope& request);

  // The vote as it goes out; on the way it becomes a session.
  absl::StatusOr<v1::Envelope> Propose(const v1::Envelope& request);
  absl::StatusOr<v1::Envelope> Decide(const v1::Envelope& request, const Checked<v1::Propose>& in,
                                      const PublicKey& researcher, v1::AuditQuestion& asked);
  absl::Status CheckProposal(const Checked<v1::Propose>& in, const v1::Standard& standard) const;
  absl::Status Reserve(const Session& session, const Permit& permit, absl::Time now);
  v1::Vote VoteOf(const Session& session, const Permit& permit) const;

  absl::StatusOr<v1::Envelope> Seal(const v1::Envelope& request);
  absl::Status SealRoster(const Checked<v1::Seal>& in, Session& session);
  // Before anything is signed: whether those who voted under other registers hold what fits.
  absl::Status CompareLogs(const Session& session, const std::vector<Voter>& voters) const;
  static absl::Status CheckAge(const Session& session, const std::vector<Voter>& voters,
                               const Checked<v1::Seal>& in);
  static size_t WeightOf(const Session& session, const v1::Roster& roster);
  // Counts, and makes the vector that leaves once it is paid for.
  absl::StatusOr<v1::Contribution> Contribute(const Session& session, const v1::Roster& roster,
                                              const MaskInputs& masks);
  // What came of a session, written down; of a refusal once, and only if it is one.
  absl::Status NoteOutcome(const Session& session, v1::AuditOutcome::Step step, absl::Time now,
                           absl::string_view release = "");
  absl::Status NoteIfStopped(Session& session, absl::Status status, absl::Time now);
  // STALE: the owner's rules, the definition or the edition are no longer those of the vote.
  absl::Status CheckStillPermitted(const governance::Register& reg, const Session& session) const;

  absl::StatusOr<v1::Envelope> Submit(const v1::Envelope& request);
  // The vector as it goes out, at the end of its slot, and whose it is.
  absl::StatusOr<v1::Envelope> PaidVector(const v1::Envelope& request,
                                          std::shared_ptr<Session>& session);
  absl::Status Charge(const Checked<v1::Submit>& in, Session& session);
  absl::StatusOr<v1::Envelope> Publish(const v1::Envelope& request);
  absl::StatusOr<v1::Signature> Countersign(const Checked<v1::Publish>& in, Session& session);

  MemberContext context;
  SessionTable sessions;
  ScanGate scans;
  ReplayGuard replays;
  std::mutex reserving;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_CONTRIBUTOR_PHASES_H_
