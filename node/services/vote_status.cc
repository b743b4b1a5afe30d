#include "node/services/vote_status.h"

#include <set>
#include <string>

#include "base/ids.h"
#include "governance/register/ballots.h"
#include "governance/review/ballot_words.h"

namespace commons::node {
namespace {

using governance::Proposal;
using governance::Register;
using Names = google::protobuf::RepeatedPtrField<std::string>;

void AddNames(const std::set<OrgId>& orgs, const Register& reg, Names& names) {
  for (const OrgId& org : orgs) *names.Add() = governance::NamesOf({org}, reg);
}

void AddProposal(const Proposal& proposal, const Register& reg, v1::StatusReply& reply) {
  v1::StatusReply::Proposal& out = *reply.add_proposals();
  out.set_document(proposal.id.ToHex());
  if (proposal.issuer != OrgId()) out.set_member(governance::NamesOf({proposal.issuer}, reg));
  out.set_version(reg.ballots().version);
  out.set_ballot(proposal.ballot);
  AddNames(proposal.yes, reg, *out.mutable_yes());
  AddNames(proposal.against, reg, *out.mutable_against());
  AddNames(proposal.unheard, reg, *out.mutable_unheard());
  AddNames(proposal.gone, reg, *out.mutable_gone());
  out.set_needed(static_cast<uint32_t>(proposal.needed));
  out.set_lost(proposal.lost());
  out.set_withdrawn(proposal.withdrawn);
}

}  // namespace

void AddProposals(const Register& reg, v1::StatusReply& reply) {
  for (const Proposal& proposal : reg.ballots().proposals) AddProposal(proposal, reg, reply);
}

}  // namespace commons::node
