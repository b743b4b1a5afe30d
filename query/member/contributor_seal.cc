// Seal: one roster for each attempt, and the vector that answers it.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "query/member/contributor_phases.h"
#include "query/member/membership_age.h"
#include "query/member/reply_slot.h"
#include "query/question/cell_space.h"
#include "query/release/answer_size.h"
#include "query/release/compare.h"
#include "query/release/demands.h"
#include "query/release/release.h"
#include "query/release/roster.h"

namespace commons::query {

namespace kinds = governance::kinds;
using governance::Refuse;

absl::Status ContributorPhases::CheckStillPermitted(const governance::Register& reg,
                                                    const Session& session) const {
  // Before anything that the notice decides, which follows the edition by a moment.
  ASSIGN_OR_RETURN(const uint64_t held, context.current_edition(session.question.dataset()));
  if (held != session.edition) {
    return Refuse(v1::STALE, "a new edition came in since the vote");
  }
  ASSIGN_OR_RETURN(const Permit permit,
                   PermitQuestion(context, reg, session.question,
                                  {session.terms.asking_org, session.researcher}));
  if (permit.standard->id != session.standard_in_force->id) {
    return Refuse(v1::STALE, "a new definition came into force since the vote");
  }
  // The whole rule: a budget that became smaller counts as well. Not the documents that decided:
  // any member can accredit the researcher too, and would stop questions that others have paid for.
  if (permit.permission.rule.rule.SerializeAsString() != session.rule) {
    return Refuse(v1::STALE, "this owner's rules changed since the vote");
  }
  return absl::OkStatus();
}

absl::Status ContributorPhases::CompareLogs(const Session& session,
                                            const std::vector<Voter>& voters) const {
  ASSIGN_OR_RETURN(const auto failed, CompareWithVoters(context, *session.reg, voters));
  if (!failed.empty()) return failed.begin()->second;
  const auto reg = context.reg();
  if (reg != session.reg) RETURN_IF_ERROR(CheckStillPermitted(*reg, session));
  // Rules that have not come here by now can only be of another history of somebody's log.
  for (const Voter& voter : voters) {
    if (absl::string_view(voter.vote.register_head()) == session.reg->head().view()) continue;
    const governance::Organisation* member = reg->FindMember(voter.org);
    if (member == nullptr || member->forked) continue;
    const absl::Status fits =
        CheckDemands(voter.vote.requirements(), voter.org, session.question, *reg);
    if (!fits.ok()) {
      return Refuse(v1::BAD_ROSTER,
                    absl::StrCat("roster: the vote of ", member->name, " ", fits.message()));
    }
  }
  return absl::OkStatus();
}

size_t ContributorPhases::WeightOf(const Session& session, const v1::Roster& roster) {
  return query::WeightOf(session.question, session.standard(),
                         CoinsOf(session.question, session.standard(),
                                 static_cast<uint32_t>(roster.votes_size()), roster.colluders()));
}

absl::StatusOr<v1::Contribution> ContributorPhases::Contribute(const Session& session,
                                                               const v1::Roster& roster,
                                                               const MaskInputs& masks) {
  const Hash32 rounding_key = crypto::FieldHasher("commons/rounding/1", context.noise_secret)
                                  .Add(session.question.dataset())
                                  .Finish();
  ASSIGN_OR_RETURN(const LocalPartials partials,
                   context.execute(session.question, session.standard(), rounding_key));
  if (partials.edition != session.edition) {
    return Refuse(v1::STALE, "seal: a new edition came in since the vote");
  }
  const CellSpace space(session.question, session.standard());
  if (partials.values.size() != space.values()) {
    return absl::InternalError("seal: the scan gave another number of values");
  }
  ASSIGN_OR_RETURN(std::string values,
                   ContributionOf(session.question, space, roster, partials.values, masks));
  v1::Contribution contribution;
  contribution.set_org_id(context.org.ToBytes());
  contribution.set_signature(context.node_key->Sign(ContributionMessage(masks.transcript, values)));
  contribution.set_values(std::move(values));
  return contribution;
}

absl::Status ContributorPhases::CheckAge(const Session& session, const std::vector<Voter>& voters,
                                         const Checked<v1::Seal>& in) {
  v1::Rule rule;
  if (!rule.ParseFromString(session.rule)) return absl::InternalError("seal: the rule of the vote");
  std::vector<OrgId> members;
  members.reserve(voters.size());
  for (const Voter& voter : voters) members.push_back(voter.org);
  return CheckMembershipAge(rule, members, *in.reg, in.now);
}

absl::Status ContributorPhases::SealRoster(const Checked<v1::Seal>& in, Session& session) {
  const v1::Roster& roster = in.message.roster();
  if (session.sealed) {
    // One transcript for each attempt: two versions of a roster would unmask whoever differs.
    if (roster.SerializeAsString() == session.roster.SerializeAsString()) return absl::OkStatus();
    return Refuse(v1::BAD_ROSTER, "seal: another roster was signed for this attempt");
  }
  RETURN_IF_ERROR(CheckStillPermitted(*in.reg, session));
  ASSIGN_OR_RETURN(
      std::vector<Voter> voters,
      CheckRoster(roster, session.question, session.standard(), session.terms, *in.reg, in.now));
  const auto own = std::find_if(voters.begin(), voters.end(),
                                [&](const Voter& v) { return v.org == context.org; });
  if (own == voters.end() ||
      own->envelope.SerializeAsString() != session.vote.SerializeAsString()) {
    return Refuse(v1::BAD_ROSTER, "roster: this member's vote is missing or another");
  }
  const size_t own_index = own - voters.begin();
  RETURN_IF_ERROR(CheckAge(session, voters, in));
  RETURN_IF_ERROR(CompareLogs(session, voters));
  ASSIGN_OR_RETURN(session.transcript, TranscriptOf(roster, session.question, session.standard(),
                                                    in.reg->commons_id()));
  ASSIGN_OR_RETURN(const ScanGate::Turn turn,
                   scans.Enter(session.terms.asking_org, in.now, WeightOf(session, roster)));
  // Now and not at Submit: being too slow must not cost anything.
  auto contribution = Contribute(session, roster,
                                 {&session.ephemeral, voters, own_index, session.transcript,
                                  context.noise_secret, context.random});
  // Counting is over; when tells something about the rows that match, whatever came of it.
  if (!session.is_open()) {
    session.slot_end = EndOfSlot(in.now, context.clock->Now(), session);
  }
  ASSIGN_OR_RETURN(session.contribution, std::move(contribution));
  session.own_index = own_index;
  session.voters = std::move(voters);
  session.roster = roster;
  session.sealed = true;
  return absl::OkStatus();
}

absl::StatusOr<v1::Envelope> ContributorPhases::Seal(const v1::Envelope& request) {
  ASSIGN_OR_RETURN(const auto in, Open<v1::Seal>(request, kinds::kSeal));
  ASSIGN_OR_RETURN(const auto session,
                   sessions.Find(in.message.roster().query_id(), in.message.roster().attempt(),
                                 in.sender->id, in.now));
  SlotLock lock(context, *session, in.now);
  if (in.message.withdraw()) {
    sessions.Remove(session->terms);
    return Refuse(v1::ABORTED, "seal: withdrawn by the asking member");
  }
  if (session->vote.payload().empty()) return Refuse(v1::UNKNOWN_QUERY, "seal: no vote");
  if (!session->is_open()) lock.TakeSlot();
  RETURN_IF_ERROR(NoteIfStopped(*session, SealRoster(in, *session), in.now));
  if (session->seal_reply.payload().empty()) {
    v1::SealReply reply;
    reply.set_query_id(session->terms.query_id.ToBytes());
    reply.set_attempt(session->terms.attempt);
    reply.set_signature(context.node_key->Sign(SealMessage(session->transcript)));
    session->seal_reply = Sign(request, kinds::kSealReply, std::move(reply));
  }
  return session->seal_reply;
}

}  // namespace commons::query
