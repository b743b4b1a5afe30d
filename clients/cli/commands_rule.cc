#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "clients/answer/render.h"
#include "clients/answer/table.h"
#include "clients/cli/doc_options.h"
#include "clients/cli/proposing.h"
#include "clients/office/choice.h"
#include "clients/office/files/policy_file.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/founding.h"
#include "clients/office/office.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/legal_basis.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/commons/resolution.h"
#include "governance/standard/datapackage.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using Options = DocOptions;

constexpr size_t kPolicyBytes = 1 << 16;

absl::StatusOr<PolicyFile> PolicyFrom(const Options& options, const governance::Register& reg,
                                      PolicyDefaults defaults) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(options.policy, kPolicyBytes));
  if (reg.charter().practice()) defaults.reply_slot_ms = 0;
  for (const auto& [id, member] : reg.members()) defaults.members[member.name] = id;
  ASSIGN_OR_RETURN(PolicyFile policy, ParsePolicy(text, options.policy, defaults));
  if (policy.cooling_off_seconds != 0) {
    Warn(absl::StrCat("warning: ", options.policy,
                      ": cooling_off is not taken over here: a commons is given it by commons "
                      "found, an owner's rules by commons doc new owner-policy"));
  }
  return policy;
}

absl::StatusOr<v1::Standard> ReadStandard(const Options& options, const governance::Register& reg) {
  ASSIGN_OR_RETURN(governance::ParsedPackage package,
                   ReadPackage(options.package, options.resource));
  for (const std::string& warning : package.warnings) Warn(warning);
  std::map<std::string, OrgId> orgs;
  for (const auto& [id, member] : reg.members()) orgs[member.name] = id;
  RETURN_IF_ERROR(SetExclusiveOrgs(package.exclusive, orgs, package.standard));
  return std::move(package.standard);
}

absl::StatusOr<v1::Resolution> DraftResolution(const Options& options,
                                               const governance::Register& reg) {
  v1::Resolution resolution;
  std::vector<std::string> purposes;
  for (const std::string& path : options.cards) {
    ASSIGN_OR_RETURN(const Card card, ReadCard(path));
    *resolution.add_items()->mutable_membership()->mutable_admit() = card.envelope;
  }
  if (!options.package.empty()) {
    ASSIGN_OR_RETURN(const v1::Standard standard, ReadStandard(options, reg));
    purposes.assign(standard.purposes().begin(), standard.purposes().end());
    resolution.add_items()->set_standard(standard.SerializeAsString());
  }
  if (!options.policy.empty()) {
    ASSIGN_OR_RETURN(const PolicyFile policy,
                     PolicyFrom(options, reg, {.purposes = purposes, .floor = true}));
    v1::CommonsPolicy& item = *resolution.add_items()->mutable_policy();
    *item.mutable_rule() = policy.rule;
    item.set_roster("any");
  }
  RETURN_IF_ERROR(AddMembership(options, reg, resolution));
  if (resolution.items().empty() && resolution.departures().empty()) {
    return absl::InvalidArgumentError("nothing to propose; add --package, --admit or --policy");
  }
  return resolution;
}

// What the board signs at its own node, or the draft of it: `issue` gets the office and the
// register of these chains.
absl::StatusOr<ExitCode> Issue(
    const Options& options, const Papers::Chains& chains,
    const std::function<absl::StatusOr<DocId>(Office&, const governance::Register&)>& issue) {
  ASSIGN_OR_RETURN(Office office, OpenOffice(options));
  ASSIGN_OR_RETURN(const governance::Register reg, office.FetchRegister(chains));
  ASSIGN_OR_RETURN(const DocId id, issue(office, reg));
  if (options.out.empty()) {
    PrintOut(id.ToHex() + "\n");
  } else {
    SayDraft(options);
  }
  return kDone;
}

absl::StatusOr<ExitCode> Propose(const Options& options) {
  return Issue(options, {governance::kCommonsChain},
               [&](Office& office, const auto& reg) -> absl::StatusOr<DocId> {
                 ASSIGN_OR_RETURN(v1::Resolution resolution, DraftResolution(options, reg));
                 RETURN_IF_ERROR(governance::CheckChanges(resolution, reg));
                 RETURN_IF_ERROR(CheckRivals(options, reg));
                 return office.IssueResolution(reg, std::move(resolution));
               });
}

absl::StatusOr<ExitCode> Policy(const Options& options) {
  return Issue(
      options, {governance::PolicyChain(options.dataset)},
      [&](Office& office, const auto& reg) -> absl::StatusOr<DocId> {
        const governance::StandardInForce* standard = reg.FindStandard(options.dataset);
        if (standard == nullptr) {
          return absl::NotFoundError(
              absl::StrCat(options.dataset, ": the commons has no such definition",
                           OrIsIt(options.dataset, reg.Datasets()), "; see: commons catalogue"));
        }
        std::vector<std::string> purposes(standard->standard.purposes().begin(),
                                          standard->standard.purposes().end());
        if (reg.commons_policy() && purposes.empty()) {
          const auto& common = reg.commons_policy()->rule().purposes();
          purposes.assign(common.begin(), common.end());
        }
        ASSIGN_OR_RETURN(const PolicyFile policy, PolicyFrom(options, reg, {.purposes = purposes}));
        RETURN_IF_ERROR(CheckFits(policy.rule, standard->standard, options.policy));
        return office.IssuePolicy(reg, options.dataset, policy.rule);
      });
}

absl::StatusOr<PublicKey> ResearcherKey(const std::string& text,
                                        const std::string& passphrase_file) {
  if (auto key = PublicKey::FromHex(text); key.ok()) return key;
  ASSIGN_OR_RETURN(const crypto::KeyFile key, ReadPersonKey(text, passphrase_file));
  return key.key.public_key();
}

absl::StatusOr<ExitCode> Accredit(const Options& options) {
  ASSIGN_OR_RETURN(const PublicKey key, ResearcherKey(options.researcher, options.passphrase_file));
  const Papers::Chains chains = {governance::AccreditationChain(key)};
  return Issue(options, chains, [&](Office& office, const auto& reg) -> absl::StatusOr<DocId> {
    return office.IssueAccreditation(reg, key, options.affiliation, office.card().root.practice());
  });
}

// Every purpose that a definition, or a rule for one of these datasets, names.
std::vector<std::string> KnownPurposes(const governance::Register& reg) {
  std::set<std::string> known;
  for (const std::string& dataset : reg.Datasets()) {
    const auto& purposes = reg.FindStandard(dataset)->standard.purposes();
    known.insert(purposes.begin(), purposes.end());
    for (const auto& [org, member] : reg.members()) {
      const auto* policies = reg.OwnerPolicies(org, dataset);
      if (policies == nullptr || policies->versions.empty()) continue;
      const auto& own = policies->versions.back().payload->rule().purposes();
      known.insert(own.begin(), own.end());
    }
  }
  if (reg.commons_policy()) {
    const auto& common = reg.commons_policy()->rule().purposes();
    known.insert(common.begin(), common.end());
  }
  return {known.begin(), known.end()};
}

// A project may come before the definition it needs, so that this is no refusal.
void WarnOfUnknown(const char* option, const std::vector<std::string>& named,
                   const std::vector<std::string>& known) {
  for (const std::string& name : named) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string nearest = Nearest(name, known);
    Warn(absl::StrCat("warning: ", option, " ", name, ": nobody has defined it",
                      nearest.empty() ? "" : absl::StrCat("; did you mean ", nearest, "?")));
  }
}

absl::StatusOr<ExitCode> Project(const Options& options) {
  if (const absl::Status basis = governance::CheckLegalBasis(options.legal_basis); !basis.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--legal-basis: ", basis.message()));
  }
  Papers::Chains chains = {governance::ProjectChain(options.target)};
  for (const std::string& dataset : options.datasets) {
    chains.push_back(governance::PolicyChain(dataset));
  }
  return Issue(options, chains, [&](Office& office, const auto& reg) -> absl::StatusOr<DocId> {
    for (const auto* project : reg.Projects()) {
      const bool ours = project->issuer == office.card().org;
      if (!ours || project->project->name() != options.target) continue;
      Warn(absl::StrCat("warning: this is a new version of ", options.target,
                        "; what the owners approved was the one before it, ask them again"));
    }
    WarnOfUnknown("--dataset", options.datasets, reg.Datasets());
    WarnOfUnknown("--purpose", options.purposes, KnownPurposes(reg));
    governance::ProjectDraft draft{options.target,
                                   options.question,
                                   options.legal_basis,
                                   options.benefit,
                                   options.purposes,
                                   options.datasets,
                                   {}};
    for (const std::string& text : options.researchers) {
      ASSIGN_OR_RETURN(const PublicKey key, ResearcherKey(text, options.passphrase_file));
      draft.researchers.push_back(key);
    }
    return office.IssueProject(reg, draft);
  });
}

absl::StatusOr<ExitCode> ApproveProject(const Options& options) {
  const Papers::Chains chains = {governance::kProjectChains, governance::kProjectApprovalChains};
  return Issue(options, chains, [&](Office& office, const auto& reg) -> absl::StatusOr<DocId> {
    ASSIGN_OR_RETURN(const DocId project, ChooseProject(options.target, reg));
    return office.ApproveProject(reg, project);
  });
}

void RegisterProject(Cli& cli, Group doc) {
  auto project =
      ToDraft(AtNode(AddCommand<Options>(cli, doc, "project", "describe a project", Project)));
  OnTarget(project, "--name", "short name");
  project.app.Add("--question", project.options->question, "in words").Required();
  project.app.Add("--purpose", project.options->purposes, "purposes").Required();
  project.app.Add("--dataset", project.options->datasets, "datasets").Required();
  project.app.Add("--researcher", project.options->researchers, "key in hex, or key file")
      .Required();
  project.app.Add("--benefit", project.options->benefit, "who gains what");
  project.app
      .Add("--legal-basis", project.options->legal_basis,
           absl::StrJoin(governance::LegalBases(), ", "))
      .Required();
  OnTarget(ToDraft(AtNode(AddCommand<Options>(cli, doc, "approve-project", "our yes to a project",
                                              ApproveProject))),
           "NAME", "name of the project, or the beginning of its id");
}

void RegisterRules(Cli& cli, Group doc) {
  auto propose =
      ToDraft(AtNode(AddCommand<Options>(cli, doc, "propose", "propose common rules", Propose)));
  propose.app.Add("--package", propose.options->package, "datapackage.json to define");
  propose.app.Add("--resource", propose.options->resource,
                  "which of the package's resources, if it has several");
  propose.app.Add("--admit", propose.options->cards, "card.rule of a new member");
  propose.app.Add("--policy", propose.options->policy, "policy.toml: the common floor");
  propose.app.Add("--departure", propose.options->departures, "member that has left");
  propose.app.Add("--suspend", propose.options->suspend, "member to suspend; stands alone");
  propose.app.AddFlag("--rival", propose.options->rival, "beside a proposal that can be decided");
  auto policy =
      ToDraft(AtNode(AddCommand<Options>(cli, doc, "policy", "our rules for a dataset", Policy)));
  policy.app.Add("--dataset", policy.options->dataset, "name").Required();
  policy.app.Add("--from", policy.options->policy, "policy.toml").Required();
  auto accredit = ToDraft(
      AtNode(AddCommand<Options>(cli, doc, "accredit", "vouch for a researcher", Accredit)));
  accredit.app.Add("--researcher", accredit.options->researcher, "key in hex, or key file")
      .Required();
  accredit.app.Add("--affiliation", accredit.options->affiliation, "of whom").Required();
}

}  // namespace

void RegisterRuleCommands(Cli& cli, Group doc) {
  RegisterRules(cli, doc);
  RegisterProject(cli, doc);
}

}  // namespace commons::clients
