#include <algorithm>
#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "clients/answer/freeze_words.h"
#include "clients/answer/json_text.h"
#include "clients/answer/render.h"
#include "clients/answer/table.h"
#include "clients/cli/commands.h"
#include "clients/cli/node_init.h"
#include "clients/office/advice.h"
#include "clients/office/doctor/doctor.h"
#include "clients/office/files/node_dir.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/files/seconds.h"
#include "clients/office/founding.h"
#include "governance/document/document.h"
#include "governance/document/fingerprint.h"
#include "privacy/budget.h"

namespace commons::clients {
namespace {

struct NodeOptions {
  std::string dir, file, format = "table";
};
struct FoundOptions {
  std::vector<std::string> cards;
  std::string name = "commons", purpose, cooling_off = "0s", out;
};

absl::StatusOr<ExitCode> Invite(const NodeOptions& options) {
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  ASSIGN_OR_RETURN(const v1::RuleFile invitation, MakeInvitation(*client));
  RETURN_IF_ERROR(WriteRuleFile(options.file, invitation));
  PrintOut(
      absl::StrCat("invitation: ", options.file,
                   "; for an organisation whose card the members admitted (commons doc propose "
                   "--admit), which joins with: commons node join --invite ",
                   options.file, "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> JoinCommons(const NodeOptions& options) {
  ASSIGN_OR_RETURN(const v1::RuleFile rules, ReadRuleFile(options.file));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  RETURN_IF_ERROR(Join(*client, rules));
  PrintOut(rules.has_invitation()
               ? absl::StrCat("joined; takes part once the members admitted its card, see: commons "
                              "node status --dir ",
                              options.dir, "\n")
               : absl::StrCat("joined; next the board says yes: commons doc approve --dir ",
                              options.dir, " ", options.file, "\n"));
  return kDone;
}

std::string ProposalJson(const v1::StatusReply::Proposal& proposal) {
  return JsonObject()
      .Text("document", proposal.document())
      .Text("member", proposal.member())
      .Number("version", proposal.version())
      .Number("ballot", proposal.ballot())
      .Raw("yes", JsonArray(proposal.yes(), JsonString))
      .Raw("against", JsonArray(proposal.against(), JsonString))
      .Raw("unheard", JsonArray(proposal.unheard(), JsonString))
      .Raw("gone", JsonArray(proposal.gone(), JsonString))
      .Number("needed", proposal.needed())
      .Bool("lost", proposal.lost())
      .Bool("withdrawn", proposal.withdrawn())
      .Build();
}

std::string NoteJson(const v1::StatusReply::Note& note) {
  return JsonObject()
      .Text("what", note.what())
      .Text("remedy", note.remedy())
      .Bool("ours", note.ours())
      .Build();
}

std::string NoteLine(const v1::StatusReply::Note& note, const std::string& dir) {
  return absl::StrCat(note.what(), note.remedy().empty() ? "" : "; ",
                      ForDirectory(note.remedy(), dir), "\n");
}

absl::StatusOr<ExitCode> Status(const NodeOptions& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormatWithoutRows(options.format));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  ASSIGN_OR_RETURN(const v1::StatusReply status, client->Status(absl::Seconds(5)));
  if (format == Format::kJson) {
    PrintOut(JsonObject()
                 .Text("member", status.member())
                 .Text("org_id", absl::BytesToHexString(status.org_id()))
                 .Text("commons_id", absl::BytesToHexString(status.commons_id()))
                 .Bool("practice", status.practice())
                 .Text("address", status.address())
                 .Text("head", absl::BytesToHexString(status.head()))
                 .Number("commons_version", status.commons_version())
                 .Number("epoch", status.epoch())
                 .Number("budget_left_micro_rho", status.budget_left_micro_rho())
                 .Text("budget_words", status.budget_words())
                 .Bool("caught_up", status.caught_up())
                 .Text("waiting_for", status.waiting_for())
                 .Number("members", status.members())
                 .Number("members_reachable", status.members_reachable())
                 .Number("started_at", status.started_at())
                 .Text("version", status.version())
                 .Raw("worthless", JsonArray(status.worthless(),
                                             [](const auto& each) {
                                               return JsonObject()
                                                   .Text("member", each.member())
                                                   .Number("documents", each.documents())
                                                   .Build();
                                             }))
                 .Raw("forked", JsonArray(status.forked(), JsonString))
                 .Raw("cards", JsonArray(status.cards(),
                                         [](const auto& card) {
                                           return JsonObject()
                                               .Text("member", card.member())
                                               .Number("version", card.version())
                                               .Number("since", card.since())
                                               .Number("expires_at", card.expires_at())
                                               .Build();
                                         }))
                 .Raw("proposals", JsonArray(status.proposals(), ProposalJson))
                 .Raw("votes", JsonArray(status.votes(), NoteJson))
                 .Raw("recoveries", JsonArray(status.recoveries(), NoteJson))
                 .Raw("standing", JsonArray(status.standing(), NoteJson))
                 .Raw("frozen", JsonArray(status.frozen(), FreezeJson))
                 .Build() +
             "\n");
    return kDone;
  }
  for (const auto& note : status.recoveries()) {
    if (note.ours()) PrintOut(absl::StrCat("ATTENTION: ", NoteLine(note, options.dir)));
  }
  PrintOut(absl::StrCat(
      status.member(), " at ", status.address(), status.practice() ? " (PRACTICE)" : "",
      "\ncommon rules: version ", status.commons_version(), "\nmembers: ", status.members(), ", ",
      status.members_reachable(), " reachable\nedition: ", status.epoch(),
      "\nbudget left: ", privacy::TablesWords(status.budget_left_micro_rho()), "\n",
      status.budget_words(), status.budget_words().empty() ? "" : "\n",
      status.caught_up() ? "caught up"
                         : absl::StrCat(status.waiting_for(), "; ", AdviceFor(status)),
      "\n"));
  for (const auto& each : status.worthless()) {
    PrintOut(absl::StrCat("log of ", each.member(), ": ", WorthlessWords(each), "\n"));
  }
  for (const auto& freeze : status.frozen()) PrintOut(FreezeWords(freeze) + "\n");
  for (const std::string& member : status.forked()) {
    PrintOut(absl::StrCat("log of ", member, ": ", kForkedWords, "\n"));
  }
  for (const auto& card : status.cards()) {
    PrintOut(absl::StrCat("card of ", card.member(), ": ", CardWords(card), "\n"));
  }
  for (const auto& note : status.recoveries()) {
    if (!note.ours()) PrintOut(NoteLine(note, options.dir));
  }
  for (const auto& note : status.votes()) PrintOut(NoteLine(note, options.dir));
  for (const auto& note : status.standing()) PrintOut(NoteLine(note, options.dir));
  return kDone;
}

absl::StatusOr<ExitCode> Doctor(const NodeOptions& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  const std::vector<Finding> findings = Examine(options.dir, absl::Now());
  const bool well = std::all_of(findings.begin(), findings.end(),
                                [](const Finding& finding) { return finding.problem.empty(); });
  if (format == Format::kJson) {
    PrintOut(JsonObject()
                 .Raw("findings", JsonArray(findings,
                                            [](const Finding& finding) {
                                              return JsonObject()
                                                  .Text("check", finding.check)
                                                  .Bool("ok", finding.problem.empty())
                                                  .Text("problem", finding.problem)
                                                  .Text("remedy", finding.remedy)
                                                  .Build();
                                            }))
                 .Build() +
             "\n");
  } else if (format == Format::kCsv) {
    std::vector<Row> rows = {{"check", "ok", "problem", "remedy"}};
    for (const Finding& finding : findings) {
      rows.push_back(
          {finding.check, finding.problem.empty() ? "yes" : "no", finding.problem, finding.remedy});
    }
    PrintOut(Rows(rows, format));
  } else {
    for (const Finding& finding : findings) {
      PrintOut(finding.problem.empty() ? absl::StrCat("ok       ", finding.check, "\n")
                                       : absl::StrCat("problem  ", finding.check, ": ",
                                                      finding.problem, "; ", finding.remedy, "\n"));
    }
  }
  return well ? kDone : kFailed;
}

absl::StatusOr<ExitCode> Found(const FoundOptions& options) {
  if (std::filesystem::exists(options.out)) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.out,
                     ": is there already; boards may have approved it, choose another "
                     "name for --out"));
  }
  CharterDraft draft;
  draft.name = options.name;
  draft.purpose = options.purpose;
  ASSIGN_OR_RETURN(const int64_t seconds, ParseSeconds(options.cooling_off));
  draft.cooling_off = absl::Seconds(seconds);
  ASSIGN_OR_RETURN(const v1::RuleFile founding, FoundingFile(options.cards, draft));
  RETURN_IF_ERROR(WriteRuleFile(options.out, founding));
  const DocId id = governance::IdOf(founding.envelopes(0));
  PrintOut(absl::StrCat("charter: ", options.out,
                        "\nfingerprint: ", governance::Fingerprint(id.view()), "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> Peers(const NodeOptions& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(auto client, LocalClient::Connect(options.dir));
  ASSIGN_OR_RETURN(const v1::PeersReply reply, client->Peers());
  if (format == Format::kJson) {
    const std::string peers = JsonArray(reply.peers(), [](const v1::PeersReply::Peer& peer) {
      return JsonObject()
          .Text("member", peer.member())
          .Text("org_id", absl::BytesToHexString(peer.org_id()))
          .Raw("endpoints", JsonArray(peer.endpoints(), JsonString))
          .Bool("reachable", peer.reachable())
          .Number("log_size", peer.log_size())
          .Text("contact", peer.contact())
          .Build();
    });
    PrintOut(JsonObject().Raw("peers", peers).Build() + "\n");
    return kDone;
  }
  std::vector<std::vector<std::string>> rows = {{"member", "reachable", "addresses", "contact"}};
  for (const v1::PeersReply::Peer& peer : reply.peers()) {
    rows.push_back({peer.member(), peer.reachable() ? "yes" : "no",
                    absl::StrJoin(peer.endpoints(), " "), peer.contact()});
  }
  PrintOut(Rows(rows, format));
  return kDone;
}

}  // namespace

void RegisterNodeCommands(Cli& cli) {
  const Group node = cli.root().AddGroup("node", "one organisation's node");
  RegisterInit(cli, node);
  auto invite =
      WithDir(AddCommand<NodeOptions>(cli, node, "invite", "write an invitation", Invite));
  invite.app.Add("--out", invite.options->file, "FILE.rule to write").Required();
  auto join = WithDir(AddCommand<NodeOptions>(cli, node, "join", "take part", JoinCommons));
  join.app.Add("--invite", join.options->file, "an invitation, or a founding charter.rule")
      .Required();
  WithFormatWithoutRows(
      WithDir(AddCommand<NodeOptions>(cli, node, "status", "what the daemon knows", Status)));
  WithFormat(WithDir(
      AddCommand<NodeOptions>(cli, node, "doctor", "what is wrong, and what to do", Doctor)));
  WithFormat(
      WithDir(AddCommand<NodeOptions>(cli, cli.root(), "peers", "the other members", Peers)));
  auto found =
      AddCommand<FoundOptions>(cli, cli.root(), "found", "write a charter to agree on", Found);
  found.app.Add("--card", found.options->cards, "the founders' card.rule").Required();
  found.app.Add("--name", found.options->name, "name of the commons");
  found.app.Add("--purpose", found.options->purpose, "what it is for");
  found.app.Add("--cooling-off", found.options->cooling_off, "such as 0s, 36h, 30d");
  found.app.Add("--out", found.options->out, "charter.rule to write").Required();
}

}  // namespace commons::clients
