#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/commands.h"
#include "clients/cli/doc_options.h"
#include "clients/cli/office.h"
#include "clients/cli/render.h"
#include "clients/cli/rule_file.h"
#include "clients/cli/sign_record.h"
#include "crypto/hash.h"
#include "governance/document.h"
#include "governance/draft.h"
#include "governance/kinds.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using governance::Document;
using Options = DocOptions;

absl::StatusOr<v1::RuleFile> AllDocuments(const Options& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  return client->Documents();
}

bool IsBallot(const v1::Envelope& envelope) {
  return envelope.payload_type() == kinds::kCharter ||
         envelope.payload_type() == kinds::kResolution;
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
    RETURN_IF_ERROR(office.Approve(crypto::Retype<CommonsId>(document.id), 1, 1, document.id));
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
  RegisterRuleCommands(cli, doc);
}

}  // namespace commons::clients
