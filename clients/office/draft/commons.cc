#include "clients/office/draft/commons.h"

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "clients/office/draft/common.h"
#include "clients/office/files/card_file.h"
#include "clients/office/files/policy_file.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/files/seconds.h"
#include "clients/office/founding.h"
#include "crypto/hash.h"
#include "governance/document/chains.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/commons/approval.h"
#include "governance/kinds/commons/charter.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using governance::Document;

constexpr size_t kPolicyBytes = 1 << 16;

// "2/3": more than two thirds of the members.
absl::Status SetMajority(const Spec& spec, v1::Charter& charter) {
  ASSIGN_OR_RETURN(const std::string text, spec.Text("more_than", "2/3"));
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  uint32_t a = 0, b = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &a) || !absl::SimpleAtoi(parts[1], &b)) {
    return spec.Wrong("more_than", "must be a part of the members, such as \"2/3\"");
  }
  charter.set_threshold_numerator(a);
  charter.set_threshold_denominator(b);
  return absl::OkStatus();
}

// The next version of the commons chain with nothing in it yet.
absl::StatusOr<v1::Resolution> NextResolution(const Sources& sources) {
  if (sources.before.empty()) {
    return absl::InvalidArgumentError(
        "a common decision follows the one before it: name that, or the charter, with --prev, or a "
        "node that knows it with --dir");
  }
  v1::Resolution resolution;
  ASSIGN_OR_RETURN(*resolution.mutable_header(), DraftHeader(sources, governance::kCommonsChain));
  resolution.set_ballot(sources.ballot);
  ASSIGN_OR_RETURN(const std::string participation, sources.spec.Text("participation", ""));
  ASSIGN_OR_RETURN(const std::vector<std::string> submissions, sources.spec.Texts("submissions"));
  resolution.set_participation(participation);
  resolution.mutable_submissions()->Assign(submissions.begin(), submissions.end());
  return resolution;
}

}  // namespace

absl::StatusOr<std::string> MakeCharter(const Sources& sources) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(const std::vector<std::string> cards, spec.Texts("cards"));
  if (cards.empty()) return spec.Wrong("cards", "is missing; it lists the founders' card.rule");
  std::vector<v1::Envelope> founders;
  bool practice = true;
  for (const std::string& path : cards) {
    ASSIGN_OR_RETURN(const Card card, ReadCard(spec.Beside(path)));
    founders.push_back(card.envelope);
    practice = practice && card.root.practice();
  }
  ASSIGN_OR_RETURN(const std::string wait, spec.Text("cooling_off", "0s"));
  const auto seconds = ParseSeconds(wait);
  if (!seconds.ok()) return spec.Wrong("cooling_off", seconds.status().message());
  ASSIGN_OR_RETURN(const std::string bytes,
                   governance::DraftCharter(founders, "", "", absl::Seconds(*seconds), practice,
                                            sources.random, sources.now));
  v1::Charter charter;
  charter.ParseFromString(bytes);
  RETURN_IF_ERROR(spec.Said("name", *charter.mutable_name()));
  RETURN_IF_ERROR(spec.Said("purpose", *charter.mutable_purpose()));
  RETURN_IF_ERROR(SetMajority(spec, charter));
  RETURN_IF_ERROR(FillHeader(sources, *charter.mutable_header()));
  return charter.SerializeAsString();
}

absl::StatusOr<std::string> MakeMembership(const Sources& sources) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(v1::Resolution resolution, NextResolution(sources));
  ASSIGN_OR_RETURN(const std::vector<std::string> cards, spec.Texts("admit"));
  for (const std::string& path : cards) {
    ASSIGN_OR_RETURN(const Card card, ReadCard(spec.Beside(path)));
    *resolution.add_items()->mutable_membership()->mutable_admit() = card.envelope;
  }
  if (spec.Has("suspend")) {
    ASSIGN_OR_RETURN(const OrgId org, OrgNamed(sources, "suspend"));
    resolution.add_items()->mutable_membership()->set_suspend(org.ToBytes());
  }
  if (resolution.items().empty()) {
    return spec.Wrong("admit", "is missing, and so is suspend; say one of them");
  }
  return resolution.SerializeAsString();
}

absl::StatusOr<std::string> MakeStandard(const Sources& sources) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(v1::Resolution resolution, NextResolution(sources));
  ASSIGN_OR_RETURN(const std::string package, spec.Text("package"));
  ASSIGN_OR_RETURN(const std::string resource, spec.Text("resource", ""));
  ASSIGN_OR_RETURN(const governance::ParsedPackage parsed,
                   ReadPackage(spec.Beside(package), resource));
  if (!parsed.exclusive.empty()) {
    return spec.Wrong("package",
                      "has codes of one member alone, whose card is known to a node: "
                      "use commons doc propose --package");
  }
  resolution.add_items()->set_standard(parsed.standard.SerializeAsString());
  return resolution.SerializeAsString();
}

absl::StatusOr<std::string> MakeCommonsPolicy(const Sources& sources) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(v1::Resolution resolution, NextResolution(sources));
  ASSIGN_OR_RETURN(const std::string named, spec.Text("policy"));
  const std::string path = spec.Beside(named);
  ASSIGN_OR_RETURN(const std::string toml, ReadFile(path, kPolicyBytes));
  ASSIGN_OR_RETURN(const PolicyFile policy,
                   ParsePolicy(toml, path, {.purposes = {}, .floor = true}));
  v1::CommonsPolicy& item = *resolution.add_items()->mutable_policy();
  *item.mutable_rule() = policy.rule;
  item.set_roster("any");
  return resolution.SerializeAsString();
}

absl::StatusOr<std::string> MakeApproval(const Sources& sources) {
  const Spec& spec = sources.spec;
  ASSIGN_OR_RETURN(const Document decided, DocumentIn(sources, "document", ""));
  const bool charter = decided.kind() == kinds::kCharter;
  if (!charter && decided.kind() != kinds::kResolution) {
    return spec.Wrong("document", "is neither a charter nor a common decision");
  }
  governance::ApprovalDraft draft;
  draft.commons = crypto::Retype<CommonsId>(decided.id);
  if (!charter) {
    ASSIGN_OR_RETURN(draft.commons, CommonsId::FromBytes(decided.header->commons_id()));
  }
  draft.version = charter ? 1 : decided.header->version();
  draft.ballot = charter ? 1 : decided.As<v1::Resolution>().ballot();
  draft.document = decided.id;
  ASSIGN_OR_RETURN(draft.yes, spec.Flag("yes", true));
  ASSIGN_OR_RETURN(const OrgId issuer, OrgNamed(sources, "issuer"));
  v1::Approval approval;
  approval.ParseFromString(governance::DraftApproval(draft, issuer, sources.now));
  RETURN_IF_ERROR(FillHeader(sources, *approval.mutable_header()));
  return approval.SerializeAsString();
}

absl::StatusOr<std::string> MakeWithdrawal(const Sources& sources) {
  ASSIGN_OR_RETURN(const Document proposal, DocumentIn(sources, "document", kinds::kResolution));
  v1::Withdrawal withdrawal;
  withdrawal.set_version(proposal.header->version());
  withdrawal.set_ballot(proposal.As<v1::Resolution>().ballot());
  withdrawal.set_document(proposal.id.ToBytes());
  v1::Header& header = *withdrawal.mutable_header();
  header.set_commons_id(proposal.header->commons_id());
  header.set_issuer(proposal.header->issuer());
  header.set_chain(governance::WithdrawalChain(withdrawal.version(), withdrawal.ballot()));
  header.set_version(1);
  RETURN_IF_ERROR(FillHeader(sources, header));
  return withdrawal.SerializeAsString();
}

}  // namespace commons::clients
