#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "clients/cli/commands.h"
#include "clients/cli/founding.h"
#include "clients/cli/office.h"
#include "clients/cli/policy_file.h"
#include "clients/cli/render.h"
#include "clients/cli/rule_file.h"
#include "clients/cli/sign_record.h"
#include "crypto/hash.h"
#include "governance/datapackage.h"
#include "governance/document.h"
#include "governance/draft.h"
#include "governance/kinds.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using governance::Document;

constexpr size_t kPolicyBytes = 1 << 16;

struct Options {
  std::string dir, target, key, passphrase_file, out, package, policy, dataset, format = "table";
  std::string researcher, affiliation, question, benefit, legal_basis = "statistical exception";
  std::vector<std::string> cards, purposes, datasets, researchers;
  bool replace = false;
};

absl::StatusOr<v1::RuleFile> AllDocuments(const Options& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  return LocalClient::Call(client->admin(), &v1::Admin::Stub::Documents, v1::DocumentsRequest());
}

bool IsBallot(const v1::Envelope& envelope) {
  return envelope.payload_type() == kinds::kCharter || envelope.payload_type() == kinds::kResolution;
}

// The Charter or Resolution in a file, or known to the daemon by (the beginning of) its id.
absl::StatusOr<v1::Envelope> FindBallot(const Options& options) {
  const bool file = std::filesystem::exists(options.target);
  ASSIGN_OR_RETURN(const v1::RuleFile rules,
                   file ? ReadRuleFile(options.target) : AllDocuments(options));
  for (const v1::Envelope& envelope : rules.envelopes()) {
    const std::string id = governance::IdOf(envelope).ToHex();
    const bool named = options.target.size() >= 8 && absl::StartsWith(id, options.target);
    if (IsBallot(envelope) && (file || named)) return envelope;
  }
  return absl::NotFoundError(absl::StrCat(
      options.target, ": no charter or resolution; see: commons doc list --dir ", options.dir));
}

absl::StatusOr<ExitCode> Approve(const Options& options) {
  ASSIGN_OR_RETURN(const v1::Envelope envelope, FindBallot(options));
  ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(envelope));
  ASSIGN_OR_RETURN(Office office, Office::Open(options.dir, options.passphrase_file));
  if (document.kind() == kinds::kCharter) {
    RETURN_IF_ERROR(
        office.Approve(crypto::Retype<CommonsId>(document.id), 1, 1, document.id));
    return kDone;
  }
  ASSIGN_OR_RETURN(const CommonsId commons, CommonsId::FromBytes(document.header.commons_id()));
  RETURN_IF_ERROR(office.Approve(commons, document.header.version(),
                                 document.As<v1::Resolution>().ballot(), document.id));
  return kDone;
}

absl::StatusOr<ExitCode> Review(const Options& options) {
  ASSIGN_OR_RETURN(const v1::RuleFile rules, ReadRuleFile(options.target));
  for (const v1::Envelope& envelope : rules.envelopes()) {
    ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(envelope));
    PrintOut(governance::Review(document, nullptr) + "\n");
  }
  return kDone;
}

absl::StatusOr<ExitCode> Sign(const Options& options) {
  ASSIGN_OR_RETURN(v1::RuleFile rules, ReadRuleFile(options.target));
  if (rules.envelopes_size() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.target, ": signing takes a file with exactly one document"));
  }
  ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(rules.envelopes(0)));
  ASSIGN_OR_RETURN(const crypto::KeyFile key, ReadPersonKey(options.key, options.passphrase_file));
  RETURN_IF_ERROR(RecordSignature(options.key, document, options.replace));
  governance::AddSignature(*rules.mutable_envelopes(0), key.key);
  RETURN_IF_ERROR(WriteRuleFile(options.target, rules));
  return kDone;
}

absl::StatusOr<ExitCode> Submit(const Options& options) {
  ASSIGN_OR_RETURN(const v1::RuleFile rules, ReadRuleFile(options.target));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  ASSIGN_OR_RETURN(const v1::SubmitReport report,
                   LocalClient::Call(client->admin(), &v1::Admin::Stub::Submit, rules));
  for (const v1::SubmitReport::Entry& entry : report.entries()) {
    if (entry.has_refusal()) return RefusalStatus(entry.refusal());
  }
  return kDone;
}

std::string IssuerName(const Document& document, const governance::Register& reg) {
  if (document.kind() == kinds::kOrgRoot) return document.As<v1::OrgRoot>().name();
  const auto issuer = OrgId::FromBytes(document.header.issuer());
  const auto* member = issuer.ok() ? reg.FindMember(*issuer) : nullptr;
  return member ? member->name : "";
}

absl::StatusOr<ExitCode> List(const Options& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(const v1::RuleFile rules, AllDocuments(options));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  ASSIGN_OR_RETURN(const governance::Register reg, FetchRegister(*client));
  std::vector<std::vector<std::string>> rows = {
      {"document", "kind", "issuer", "chain", "version", "signatures"}};
  for (const v1::Envelope& envelope : rules.envelopes()) {
    ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(envelope));
    rows.push_back({document.id.ToHex().substr(0, 16), document.kind(), IssuerName(document, reg),
                    document.header.chain(), absl::StrCat(document.header.version()),
                    absl::StrCat(document.signers.size())});
  }
  PrintOut(Rows(rows, format));
  return kDone;
}

absl::StatusOr<PolicyFile> PolicyFrom(const Options& options,
                                      const std::vector<std::string>& purposes) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(options.policy, kPolicyBytes));
  return ParsePolicy(text, options.policy, purposes);
}

absl::StatusOr<v1::Standard> ReadStandard(const Options& options,
                                          const governance::Register& reg) {
  ASSIGN_OR_RETURN(const std::string json, ReadFile(options.package, limits::kDatapackageBytes));
  ASSIGN_OR_RETURN(governance::ParsedPackage package, governance::ParseDatapackage(json));
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
    ASSIGN_OR_RETURN(const PolicyFile policy, PolicyFrom(options, purposes));
    v1::CommonsPolicy& item = *resolution.add_items()->mutable_policy();
    *item.mutable_rule() = policy.rule;
    item.set_roster("any");
  }
  if (resolution.items().empty()) {
    return absl::InvalidArgumentError("nothing to propose; add --package, --admit or --policy");
  }
  return resolution;
}

// A proposal to sign by hand: the payload with no signature yet.
absl::Status WriteDraft(const Options& options, const governance::Register& reg, const OrgId& org,
                        v1::Resolution resolution) {
  *resolution.mutable_header() = governance::NextCommonsHeader(reg, org, absl::Now());
  resolution.set_ballot(1);
  v1::RuleFile rules;
  *rules.add_envelopes() =
      governance::SignDocument(kinds::kResolution, resolution.SerializeAsString(), {});
  return WriteRuleFile(options.out, rules);
}

absl::StatusOr<ExitCode> Propose(const Options& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  ASSIGN_OR_RETURN(const governance::Register reg, FetchRegister(*client));
  ASSIGN_OR_RETURN(v1::Resolution resolution, DraftResolution(options, reg));
  if (!options.out.empty()) {
    ASSIGN_OR_RETURN(const Card card, ReadCard(CardPath(options.dir)));
    RETURN_IF_ERROR(WriteDraft(options, reg, card.org, std::move(resolution)));
    return kDone;
  }
  ASSIGN_OR_RETURN(Office office, Office::Open(options.dir, options.passphrase_file));
  ASSIGN_OR_RETURN(const DocId id, office.IssueResolution(reg, std::move(resolution)));
  PrintOut(id.ToHex() + "\n");
  return kDone;
}

// What the board signs at its own node: `issue` gets the office and the register.
absl::StatusOr<ExitCode> Issue(
    const Options& options,
    const std::function<absl::StatusOr<DocId>(Office&, const governance::Register&)>& issue) {
  ASSIGN_OR_RETURN(Office office, Office::Open(options.dir, options.passphrase_file));
  ASSIGN_OR_RETURN(const governance::Register reg, office.FetchRegister());
  ASSIGN_OR_RETURN(const DocId id, issue(office, reg));
  PrintOut(id.ToHex() + "\n");
  return kDone;
}

absl::StatusOr<ExitCode> Policy(const Options& options) {
  return Issue(options, [&](Office& office, const auto& reg) -> absl::StatusOr<DocId> {
    const governance::StandardInForce* standard = reg.FindStandard(options.dataset);
    if (standard == nullptr) {
      return absl::NotFoundError(absl::StrCat(
          options.dataset, ": the commons has no such definition; see: commons catalogue"));
    }
    std::vector<std::string> purposes(standard->standard.purposes().begin(),
                                      standard->standard.purposes().end());
    if (reg.commons_policy() && purposes.empty()) {
      const auto& common = reg.commons_policy()->rule().purposes();
      purposes.assign(common.begin(), common.end());
    }
    ASSIGN_OR_RETURN(const PolicyFile policy, PolicyFrom(options, purposes));
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
  return Issue(options, [&](Office& office, const auto& reg) -> absl::StatusOr<DocId> {
    ASSIGN_OR_RETURN(const PublicKey key,
                     ResearcherKey(options.researcher, options.passphrase_file));
    return office.IssueAccreditation(reg, key, options.affiliation, office.card().root.practice());
  });
}

absl::StatusOr<ExitCode> Project(const Options& options) {
  return Issue(options, [&](Office& office, const auto& reg) -> absl::StatusOr<DocId> {
    Office::ProjectDraft draft{options.target, options.question, options.legal_basis,
                               options.benefit, options.purposes, options.datasets, {}};
    for (const std::string& text : options.researchers) {
      ASSIGN_OR_RETURN(const PublicKey key, ResearcherKey(text, options.passphrase_file));
      draft.researchers.push_back(key);
    }
    return office.IssueProject(reg, draft);
  });
}

absl::StatusOr<ExitCode> ApproveProject(const Options& options) {
  return Issue(options, [&](Office& office, const auto& reg) -> absl::StatusOr<DocId> {
    for (const auto* project : reg.Projects()) {
      const bool named = project->project.name() == options.target;
      if (named || project->id.ToHex() == options.target) {
        return office.ApproveProject(reg, project->id);
      }
    }
    return absl::NotFoundError(absl::StrCat(
        options.target, ": this node knows no such project yet; see: commons doc list"));
  });
}

Command<Options> AtNode(Command<Options> command) {
  command.app->add_option("--dir", command.options->dir, "directory of the node")->required();
  command.app->add_option("--passphrase-file", command.options->passphrase_file,
                          "file with the passphrase of the keys");
  return command;
}
Command<Options> OnTarget(Command<Options> command, const std::string& name,
                          const std::string& help) {
  command.app->add_option(name, command.options->target, help)->required();
  return command;
}

void RegisterProject(Cli& cli, CLI::App* doc) {
  auto project = AtNode(AddCommand<Options>(cli, doc, "project", "describe a project", Project));
  OnTarget(project, "--name", "short name");
  project.app->add_option("--question", project.options->question, "in words")->required();
  project.app->add_option("--purpose", project.options->purposes, "purposes")->required();
  project.app->add_option("--dataset", project.options->datasets, "datasets")->required();
  project.app->add_option("--researcher", project.options->researchers, "key in hex, or key file")
      ->required();
  project.app->add_option("--benefit", project.options->benefit, "who gains what");
  project.app->add_option("--legal-basis", project.options->legal_basis, "such as consent");
  OnTarget(AtNode(AddCommand<Options>(cli, doc, "approve-project", "our yes to a project",
                                      ApproveProject)),
           "NAME", "name or id of the project");
}

void RegisterRules(Cli& cli, CLI::App* doc) {
  auto propose = AtNode(AddCommand<Options>(cli, doc, "propose", "propose common rules", Propose));
  propose.app->add_option("--package", propose.options->package, "datapackage.json to define");
  propose.app->add_option("--admit", propose.options->cards, "card.rule of a new member");
  propose.app->add_option("--policy", propose.options->policy, "policy.toml: the common floor");
  propose.app->add_option("--out", propose.options->out, "write a draft to sign instead");
  auto policy = AtNode(AddCommand<Options>(cli, doc, "policy", "our rules for a dataset", Policy));
  policy.app->add_option("--dataset", policy.options->dataset, "name")->required();
  policy.app->add_option("--from", policy.options->policy, "policy.toml")->required();
  auto accredit = AtNode(AddCommand<Options>(cli, doc, "accredit", "vouch for a researcher",
                                             Accredit));
  accredit.app->add_option("--researcher", accredit.options->researcher, "key in hex, or key file")
      ->required();
  accredit.app->add_option("--affiliation", accredit.options->affiliation, "of whom")->required();
}

}  // namespace

void RegisterDocCommands(Cli& cli) {
  CLI::App* const doc = AddGroup(&cli.app, "doc", "signed rules");
  OnTarget(AtNode(AddCommand<Options>(cli, doc, "approve", "our yes to common rules", Approve)),
           "DOCUMENT", "FILE.rule, or the beginning of its id");
  OnTarget(AddCommand<Options>(cli, doc, "review", "read a .rule file in plain words", Review),
           "FILE", "FILE.rule");
  auto sign = AddCommand<Options>(cli, doc, "sign", "add a signature to a .rule file", Sign);
  OnTarget(sign, "FILE", "FILE.rule");
  sign.app->add_option("--key", sign.options->key, "the person's key file")->required();
  sign.app->add_option("--passphrase-file", sign.options->passphrase_file, "of the key");
  sign.app->add_flag("--replace", sign.options->replace, "instead of what was signed before");
  OnTarget(AtNode(AddCommand<Options>(cli, doc, "submit", "hand signed rules to the node", Submit)),
           "FILE", "FILE.rule");
  auto list = AtNode(AddCommand<Options>(cli, doc, "list", "every document known here", List));
  list.app->add_option("--format", list.options->format, "table, csv or json");
  RegisterRules(cli, doc);
  RegisterProject(cli, doc);
}

}  // namespace commons::clients
