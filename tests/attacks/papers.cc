#include "tests/attacks/papers.h"

#include "absl/time/clock.h"
#include "clients/office/daemon/local_client.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/kinds/commons/charter.h"
#include "governance/register/next_header.h"

namespace commons::attacks {

using clients::Paper;

clients::Papers PapersOf(const Lab& lab, const std::string& member) {
  const auto client = clients::LocalClient::Connect(lab.DirOf(member));
  return *clients::Papers::From(**client, {});
}

v1::Envelope Unsigned(const char* kind, const google::protobuf::Message& message) {
  return governance::SignDocument(kind, message.SerializeAsString(), {});
}

v1::Envelope SignedByBoard(const Intruder& intruder, const char* kind,
                           const google::protobuf::Message& message) {
  return governance::SignDocument(kind, message.SerializeAsString(), {&intruder.board_key});
}

v1::OwnerPolicy OpenRuleOf(const Intruder& intruder, const std::string& member,
                           const std::string& dataset) {
  const OrgId org = intruder.OrgOf(member);
  v1::OwnerPolicy policy = *intruder.reg().OwnerPolicies(org, dataset)->versions.back().payload;
  *policy.mutable_header() = governance::NextHeader(
      intruder.reg(), org, governance::PolicyChain(dataset), intruder.clock.Now());
  policy.mutable_rule()->set_release(v1::OPEN);
  policy.mutable_rule()->set_min_members(1);
  policy.set_open_describes_no_protected_records(true);
  return policy;
}

v1::Envelope OwnRuleFor(const Intruder& intruder, const std::string& dataset) {
  v1::OwnerPolicy policy;
  *policy.mutable_header() =
      governance::NextHeader(intruder.reg(), intruder.OrgOf(intruder.member),
                             governance::PolicyChain(dataset), intruder.clock.Now());
  policy.set_dataset(dataset);
  return SignedByBoard(intruder, kinds::kOwnerPolicy, policy);
}

v1::Envelope RuleThatNeverMatures(const Intruder& intruder, const std::string& dataset,
                                  uint64_t version, const DocId& previous) {
  v1::OwnerPolicy policy;
  v1::Header& header = *policy.mutable_header();
  header.set_commons_id(intruder.reg().commons_id().ToBytes());
  header.set_issuer(intruder.OrgOf(intruder.member).ToBytes());
  header.set_chain(governance::PolicyChain(dataset));
  header.set_version(version);
  if (version > 1) header.add_prev(previous.ToBytes());
  header.set_issued_at(absl::ToUnixSeconds(intruder.clock.Now()));
  header.set_effective_at(absl::ToUnixSeconds(intruder.clock.Now() + absl::Hours(24 * 3650)));
  policy.set_dataset(dataset);
  return SignedByBoard(intruder, kinds::kOwnerPolicy, policy);
}

v1::Envelope YesOf(const Intruder& intruder, const FalseYes& yes) {
  v1::Approval approval;
  v1::Header& header = *approval.mutable_header();
  header.set_commons_id(yes.commons.ToBytes());
  header.set_issuer(intruder.OrgOf(yes.member).ToBytes());
  header.set_chain(governance::ApprovalChain(yes.version, 1));
  header.set_version(1);
  header.set_issued_at(absl::ToUnixSeconds(intruder.clock.Now()));
  approval.set_version(yes.version);
  approval.set_ballot(1);
  approval.set_document(yes.document.ToBytes());
  approval.set_yes(true);
  return Unsigned(kinds::kApproval, approval);
}

std::vector<v1::Envelope> FalseCommons(const Intruder& intruder, const clients::Papers& held,
                                       v1::Resolution proposal) {
  std::vector<v1::Envelope> cards;
  for (const Paper& paper : held.all()) {
    if (paper.document->kind() == kinds::kOrgRoot) cards.push_back(paper.document->envelope);
  }
  const v1::Envelope charter = governance::SignDocument(
      kinds::kCharter,
      *governance::DraftCharter(cards, "false", "to deceive", absl::ZeroDuration(), true,
                                crypto::SystemRandom(), intruder.clock.Now()),
      {});
  const CommonsId commons = crypto::Retype<CommonsId>(governance::IdOf(charter));
  proposal.mutable_header()->set_commons_id(commons.ToBytes());
  proposal.mutable_header()->set_issuer(intruder.OrgOf(intruder.member).ToBytes());
  proposal.mutable_header()->set_version(2);
  proposal.mutable_header()->clear_prev();
  proposal.mutable_header()->add_prev(commons.ToBytes());
  std::vector<v1::Envelope> papers = {charter, Unsigned(kinds::kResolution, proposal)};
  for (const std::string& member : intruder.lab.members()) {
    papers.push_back(YesOf(intruder, {member, commons, 1, governance::IdOf(papers[0])}));
    papers.push_back(YesOf(intruder, {member, commons, 2, governance::IdOf(papers[1])}));
  }
  return papers;
}

}  // namespace commons::attacks
