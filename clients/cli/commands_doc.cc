#include <algorithm>
#include <filesystem>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "clients/answer/json_text.h"
#include "clients/answer/render.h"
#include "clients/answer/table.h"
#include "clients/cli/commands.h"
#include "clients/cli/doc_options.h"
#include "clients/cli/doc_target.h"
#include "clients/office/card_in_force.h"
#include "clients/office/choice.h"
#include "clients/office/context.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/office.h"
#include "clients/office/papers.h"
#include "crypto/hash.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"
#include "governance/document/fingerprint.h"
#include "governance/document/id_prefix.h"
#include "governance/document/issuer.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/document/words.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/review.h"
#include "governance/kinds/sign_check.h"
#include "governance/kinds/table.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using governance::Document;
using Options = DocOptions;

absl::StatusOr<std::string> InvitationText(const v1::Invitation& invitation,
                                           const governance::Register* reg) {
  std::string text =
      absl::StrCat("Invitation to a commons\n  version: ", invitation.version(), "\n");
  for (const v1::Invitation::Address& address : invitation.addresses()) {
    absl::StrAppend(&text, "  reach it at: ", absl::CHexEscape(address.endpoint()), "  ",
                    governance::Fingerprint(address.org_id()), "\n");
  }
  ASSIGN_OR_RETURN(const Document charter, governance::OpenDocument(invitation.charter()));
  return absl::StrCat(text, governance::Review(charter, reg), "\n");
}

// What a document is compared with: what a node knows, or a context file; the one beside the draft
// where nothing is named.
absl::StatusOr<std::optional<Papers>> PapersToReview(const Options& options) {
  if (!options.dir.empty()) return PapersAbout(options);
  if (!options.against.empty()) return ReadContext(options.against);
  return ReadContextBeside(options.target);
}

// A node that was asked says what is; a file, what was.
void PrintAsOf(const Options& options, const std::optional<Papers>& papers) {
  const std::string words = papers && options.dir.empty() ? ContextWords(*papers, absl::Now()) : "";
  if (!words.empty()) PrintOut(words + "\n");
}

absl::StatusOr<ExitCode> Review(const Options& options) {
  ASSIGN_OR_RETURN(const std::optional<Papers> papers, PapersToReview(options));
  ASSIGN_OR_RETURN(const v1::RuleFile rules, FindTarget(options, papers ? &*papers : nullptr));
  const governance::Register* reg = papers ? &papers->reg() : nullptr;
  if (rules.has_invitation()) {
    ASSIGN_OR_RETURN(const std::string text, InvitationText(rules.invitation(), reg));
    PrintOut(text);
  }
  for (const v1::Envelope& envelope : rules.envelopes()) {
    ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(envelope));
    PrintOut(governance::Review(document, reg, absl::Now()) + "\n");
  }
  PrintAsOf(options, papers);
  if (!rules.has_invitation() && rules.envelopes().empty()) {
    return absl::InvalidArgumentError(absl::StrCat(options.target, ": holds nothing to read"));
  }
  return kDone;
}

absl::StatusOr<ExitCode> Context(const Options& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  RETURN_IF_ERROR(WriteContext(*client, options.out));
  PrintOut(absl::StrCat(options.out,
                        ": what this node has; to compare a draft with it elsewhere: commons doc "
                        "review DRAFT --against ",
                        options.out, "\n"));
  return kDone;
}

// What nobody of the board stands behind goes to no other node.
absl::Status CheckSigned(const Options& options, const v1::RuleFile& rules, const Card& card) {
  for (const v1::Envelope& envelope : rules.envelopes()) {
    ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(envelope));
    const bool ours = governance::IssuerOf(document) == card.org;
    // What stands in no log may count by an earlier card: the node knows them all.
    const bool may = governance::KindOf(document).home == governance::Kind::Home::kSet &&
                     !document.signers.empty();
    if (!ours || may || governance::CountingSignatures(document, card.root) > 0) continue;
    // Which of two boards decides while a recovery is under way, its node says.
    if (card.other && governance::CountingSignatures(document, *card.other) > 0) continue;
    return governance::Refuse(
        v1::UNDER_SIGNED,
        absl::StrCat(options.target, ": nobody whose signature counts has signed it (",
                     governance::KindWords(document.kind()), "); sign it first: commons doc sign ",
                     options.target, " --key KEY"));
  }
  if (!rules.envelopes().empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      options.target, ": holds no document",
      rules.has_invitation() ? "; an invitation is taken up with commons node join" : ""));
}

bool IsOfACard(const v1::Envelope& envelope) {
  return envelope.payload_type() == kinds::kOrgRoot || envelope.payload_type() == kinds::kNodeInfo;
}

// The signatures of this node's own card come home without its daemon, which waits for them.
absl::StatusOr<ExitCode> TakeCard(const Options& options, const v1::RuleFile& rules) {
  RETURN_IF_ERROR(TakeSignedCard(options.dir, rules));
  ASSIGN_OR_RETURN(const std::string waits, CardWaitsFor(CardPath(options.dir)));
  PrintOut(absl::StrCat(
      CardPath(options.dir), ": ",
      waits.empty() ? absl::StrCat("signed; start the node: commonsd --dir ", options.dir) : waits,
      "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> Submit(const Options& options) {
  ASSIGN_OR_RETURN(const v1::RuleFile rules, ReadRuleFile(options.target));
  const auto& envelopes = rules.envelopes();
  if (!envelopes.empty() && std::all_of(envelopes.begin(), envelopes.end(), IsOfACard)) {
    auto taken = TakeCard(options, rules);
    if (!absl::IsNotFound(taken.status())) return taken;
  }
  ASSIGN_OR_RETURN(Card card, ReadCard(CardPath(options.dir)));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  RETURN_IF_ERROR(TakeCardInForce(*client, card));
  RETURN_IF_ERROR(CheckSigned(options, rules, card));
  ASSIGN_OR_RETURN(const v1::SubmitReport report, client->Submit(rules));
  for (const v1::SubmitReport::Entry& entry : report.entries()) {
    if (entry.has_refusal()) return DocumentRefused(*client, entry.refusal());
  }
  for (const v1::Envelope& envelope : rules.envelopes()) {
    PrintOut(absl::StrCat(
        "accepted: ", governance::IdOf(envelope).ToHex().substr(0, 16), ", ",
        governance::KindWords(envelope.payload_type()),
        IsBallot(envelope) ? "; the members say yes with: commons doc approve" : "", "\n"));
  }
  return kDone;
}

// A document that the node knows, as a file: to draft what follows it, or to show it elsewhere.
absl::StatusOr<ExitCode> Export(const Options& options) {
  ASSIGN_OR_RETURN(const Papers papers, PapersAbout(options));
  ASSIGN_OR_RETURN(const v1::RuleFile rules, papers.Named(options.target));
  if (std::filesystem::exists(options.out)) {
    return absl::AlreadyExistsError(
        absl::StrCat(options.out, ": is there already; choose another name for --out"));
  }
  RETURN_IF_ERROR(WriteRuleFile(options.out, rules));
  PrintOut(absl::StrCat(options.out, ": ", governance::KindWords(rules.envelopes(0).payload_type()),
                        ", ", governance::IdOf(rules.envelopes(0)).ToHex().substr(0, 16), "\n"));
  return kDone;
}

std::string CountsWords(const Paper& paper) {
  switch (paper.standing) {
    case Paper::Standing::kCounts:
      return "yes";
    case Paper::Standing::kWaits:
      return absl::StrCat("not yet: ", paper.why);
    case Paper::Standing::kNothing:
      break;
  }
  return absl::StrCat("no: ", paper.why);
}

// An object for each row, by the headings.
std::string ListJson(const std::vector<Row>& rows) {
  std::vector<std::string> objects;
  for (size_t i = 1; i < rows.size(); ++i) {
    JsonObject object;
    for (size_t column = 0; column < rows[0].size(); ++column) {
      object.Text(rows[0][column], rows[i][column]);
    }
    objects.push_back(object.Build());
  }
  return absl::StrCat("{\"documents\":[", absl::StrJoin(objects, ","), "]}\n");
}

absl::StatusOr<ExitCode> List(const Options& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  ASSIGN_OR_RETURN(const Papers papers, Papers::From(*client, {}));
  std::vector<Row> rows = {{"document", "kind", "log", "chain", "version", "signatures", "counts"}};
  for (const Paper& paper : papers.all()) {
    const Document& document = *paper.document;
    const std::string kind(format == Format::kTable ? governance::KindWords(document.kind())
                                                    : document.kind());
    rows.push_back({document.id.ToHex().substr(0, 16), kind, papers.NameOf(paper.log),
                    document.header->chain(), absl::StrCat(document.header->version()),
                    absl::StrCat(document.signers.size()), CountsWords(paper)});
  }
  PrintOut(format == Format::kJson ? ListJson(rows) : Rows(rows, format));
  return kDone;
}

}  // namespace

void SayDraft(const std::string& dir, const std::string& out) {
  PrintOut(absl::StrCat("draft: ", out, "; sign it with: commons doc sign ", out,
                        " --key KEY, then hand it in with: commons doc submit --dir ", dir, " ",
                        out, "\n"));
}

absl::StatusOr<Office> OpenOffice(const DocOptions& options) {
  return Office::Open(options.dir, options.passphrase_file, options.out, options.key);
}

Group RegisterDocCommands(Cli& cli) {
  const Group doc = cli.root().AddGroup("doc", "signed rules");
  auto review =
      OnTarget(AddCommand<Options>(cli, doc, "review", "read a document in plain words", Review),
               "DOCUMENT", "FILE.rule, or with --dir the beginning of its id");
  review.app.Add("--dir", review.options->dir, "node that knows it, and the members' names");
  review.app.Add("--against", review.options->against,
                 "a context file, to compare with where no node is; default: the one beside FILE");
  auto context = AtNode(
      AddCommand<Options>(cli, doc, "context", "what is in force, to read it elsewhere", Context));
  context.app.Add("--out", context.options->out, "FILE.context.rule to write").Required();
  auto exported =
      OnTarget(AtNode(AddCommand<Options>(cli, doc, "export",
                                          "a document that the node knows, as a file", Export)),
               "DOCUMENT", "the beginning of its id; see: commons doc list");
  exported.app.Add("--out", exported.options->out, "FILE.rule to write").Required();
  OnTarget(AtNode(AddCommand<Options>(cli, doc, "submit", "hand signed rules to the node", Submit)),
           "FILE", "FILE.rule");
  auto list = AtNode(AddCommand<Options>(cli, doc, "list", "every document known here", List));
  list.app.Add("--format", list.options->format, "table, csv or json");
  RegisterRuleCommands(cli, doc);
  return doc;
}

}  // namespace commons::clients
