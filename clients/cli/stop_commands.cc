#include "clients/cli/stop_commands.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "clients/answer/freeze_words.h"
#include "clients/office/files/rule_file.h"
#include "governance/register/stop_words.h"

namespace commons::clients {
namespace {

// May be one that nobody has named yet: it is stopped before anybody does.
void WarnOfPurpose(const std::string& purpose, const governance::Register& reg) {
  std::vector<std::string> known;
  for (const std::string& dataset : reg.Datasets()) {
    const auto* standard = reg.FindStandard(dataset);
    if (standard == nullptr) continue;
    const auto& purposes = standard->standard.purposes();
    known.insert(known.end(), purposes.begin(), purposes.end());
  }
  if (std::find(known.begin(), known.end(), purpose) != known.end()) return;
  const std::string nearest = Nearest(purpose, known);
  Warn(absl::StrCat("warning: no common definition names the purpose '", purpose, "'",
                    nearest.empty() ? "" : absl::StrCat("; did you mean ", nearest, "?")));
}

using Freeze = v1::StatusReply::Freeze;

absl::StatusOr<v1::StopReason> ReasonFrom(const std::string& code) {
  const v1::StopReason reason = governance::StopReasonOf(code);
  if (reason != v1::STOP_REASON_UNSPECIFIED) return reason;
  return absl::InvalidArgumentError(
      absl::StrCat("--reason ", code, ": is none of ", governance::StopReasonCodes()));
}

// With the key that was named, else with those that `here` reads; a draft needs none.
template <typename Here>
absl::Status SignAll(const StopOptions& options, const Stopping& node,
                     std::vector<v1::Envelope>& envelopes, const Here& here) {
  std::vector<crypto::KeyFile> keys;
  if (!options.key.empty()) {
    ASSIGN_OR_RETURN(crypto::KeyFile key, ReadPersonKey(options.key, options.passphrase_file));
    keys.push_back(std::move(key));
  } else if (options.out.empty()) {
    ASSIGN_OR_RETURN(keys, here());
  }
  for (v1::Envelope& envelope : envelopes) {
    for (const crypto::KeyFile& key : keys) RETURN_IF_ERROR(node.Sign(envelope, key));
  }
  return absl::OkStatus();
}

absl::Status WriteOut(const StopOptions& options, const Stopping& node,
                      const std::vector<v1::Envelope>& envelopes) {
  v1::RuleFile rules;
  for (const v1::Envelope& envelope : envelopes) *rules.add_envelopes() = envelope;
  RETURN_IF_ERROR(WriteRuleFile(options.out, rules));
  RETURN_IF_ERROR(node.WriteContextBeside(options.out));
  PrintOut(absl::StrCat(options.out, ": ",
                        options.key.empty() ? absl::StrCat("not signed yet: commons doc sign ",
                                                           options.out, " --key KEY")
                                            : "signed; keep it safe",
                        "; it acts once it is handed in: commons doc submit --dir ", options.dir,
                        " ", options.out, "\n"));
  return absl::OkStatus();
}

bool IsOf(const Freeze& freeze, const std::optional<v1::Scope>& scope) {
  return !scope || freeze.scope().SerializeAsString() == scope->SerializeAsString();
}

// Nothing but the board's lift may end these, so that what was not named stays.
absl::StatusOr<std::vector<v1::Envelope>> DraftLifts(const StopOptions& options,
                                                     const Stopping& node,
                                                     const std::vector<Freeze>& chosen) {
  std::vector<v1::Envelope> lifts;
  if (!options.signed_by.empty()) {
    ASSIGN_OR_RETURN(const PublicKey key, PublicKeyOf(options.signed_by, options.passphrase_file));
    ASSIGN_OR_RETURN(lifts.emplace_back(), node.DraftLiftOf(key));
    return lifts;
  }
  for (size_t from = 0; from < chosen.size(); from += limits::kFreezesPerLift) {
    std::vector<DocId> ids;
    for (size_t i = from; i < std::min(chosen.size(), from + limits::kFreezesPerLift); ++i) {
      ASSIGN_OR_RETURN(ids.emplace_back(), DocId::FromBytes(chosen[i].doc_id()));
    }
    ASSIGN_OR_RETURN(lifts.emplace_back(), node.DraftLift(ids));
  }
  return lifts;
}

bool IsAmong(const Freeze& freeze, const std::vector<Freeze>& some) {
  return std::any_of(some.begin(), some.end(),
                     [&](const Freeze& each) { return each.doc_id() == freeze.doc_id(); });
}

// Why it still holds although the board's lift was taken, or was not about it.
std::string WhyStill(const Freeze& freeze, const Stopping& node, const std::vector<Freeze>& chosen,
                     bool by_key) {
  const auto* member = node.reg().FindMember(node.card().org);
  if (member != nullptr && member->forked) {
    return "this organisation's log has two histories, and nothing in it widens";
  }
  if (by_key) return "not that key alone signed it";
  return IsAmong(freeze, chosen) ? "stopped again meanwhile" : "not what was to be lifted";
}

void SayLifted(const Stopping& node, const std::vector<Freeze>& before,
               const std::vector<Freeze>& after, const std::vector<Freeze>& chosen, bool by_key) {
  bool any = false;
  for (const Freeze& freeze : before) {
    if (IsAmong(freeze, after)) continue;
    any = true;
    PrintOut(absl::StrCat("lifted: ", FreezeWords(freeze), "\n"));
  }
  if (!any)
    PrintOut(by_key ? "lifted: nothing yet; what that key alone stops is, from now on\n"
                    : "lifted: nothing\n");
  for (const Freeze& freeze : after) {
    PrintOut(absl::StrCat("still stopped: ", FreezeWords(freeze), "; ",
                          WhyStill(freeze, node, chosen, by_key), "\n"));
  }
  if (after.empty()) PrintOut("nothing is stopped\n");
}

}  // namespace

absl::StatusOr<ExitCode> FreezeAt(const StopOptions& options) {
  ASSIGN_OR_RETURN(const v1::StopReason reason, ReasonFrom(options.reason));
  ASSIGN_OR_RETURN(Stopping node, Stopping::Open(options.dir));
  ASSIGN_OR_RETURN(std::optional<v1::Scope> scope, ScopeOf(options.target, node.reg()));
  if (scope && scope->has_purpose()) WarnOfPurpose(scope->purpose(), node.reg());
  if (!scope) scope.emplace().set_all(true);
  std::vector<v1::Envelope> freezes(1);
  ASSIGN_OR_RETURN(freezes[0], node.DraftFreeze(*scope, reason));
  RETURN_IF_ERROR(
      SignAll(options, node, freezes, [&]() -> absl::StatusOr<std::vector<crypto::KeyFile>> {
        std::vector<crypto::KeyFile> keys;
        ASSIGN_OR_RETURN(crypto::KeyFile key,
                         ReadGuardianKey(options.dir, options.passphrase_file));
        keys.push_back(std::move(key));
        return keys;
      }));
  if (!options.out.empty()) {
    RETURN_IF_ERROR(WriteOut(options, node, freezes));
    return kDone;
  }
  RETURN_IF_ERROR(node.Submit(freezes[0]));
  PrintOut(absl::StrCat("stopped: ", governance::ScopeWords(*scope, &node.reg()), " of ",
                        node.card().root.name(), "; only its board ends that: commons lift --dir ",
                        options.dir, "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> LiftAt(const StopOptions& options) {
  ASSIGN_OR_RETURN(Stopping node, Stopping::Open(options.dir));
  ASSIGN_OR_RETURN(const std::optional<v1::Scope> scope, ScopeOf(options.target, node.reg()));
  const bool by_key = !options.signed_by.empty();
  if (by_key && scope) {
    return absl::InvalidArgumentError(
        "--signed-by lifts whatever that key alone stopped; name nothing else with it");
  }
  ASSIGN_OR_RETURN(const std::vector<Freeze> before, node.Frozen());
  std::vector<Freeze> chosen;
  for (const Freeze& freeze : before) {
    if (!by_key && IsOf(freeze, scope)) chosen.push_back(freeze);
  }
  ASSIGN_OR_RETURN(std::vector<v1::Envelope> lifts, DraftLifts(options, node, chosen));
  if (!lifts.empty()) {
    RETURN_IF_ERROR(SignAll(options, node, lifts,
                            [&] { return ReadBoardKeys(options.dir, options.passphrase_file); }));
  }
  if (!options.out.empty() && !lifts.empty()) {
    RETURN_IF_ERROR(WriteOut(options, node, lifts));
    return kDone;
  }
  for (const v1::Envelope& lift : lifts) RETURN_IF_ERROR(node.Submit(lift));
  ASSIGN_OR_RETURN(const std::vector<Freeze> after, node.Frozen());
  SayLifted(node, before, after, chosen, by_key);
  return kDone;
}

void AddTarget(const Arguments& app, StopTarget& target) {
  app.Add("--dataset", target.dataset, "only this dataset");
  app.Add("--purpose", target.purpose, "only questions for this purpose");
  app.Add("--requester", target.requester,
          "only questions of this member, or of a researcher's key (hex or file)");
  app.Add("--project", target.project, "only questions of this project");
}

namespace {

Arguments AddStop(Cli& cli, const char* name, const char* help,
                  absl::StatusOr<ExitCode> (*run)(const StopOptions&), const char* whose_key,
                  std::shared_ptr<StopOptions>* options) {
  auto command = AddCommand<StopOptions>(cli, cli.root(), name, help, run);
  command.app.Add("--dir", command.options->dir, "directory of the node").Required();
  AddTarget(command.app, command.options->target);
  command.app.AddFlag("--all", command.options->target.all, "everything");
  command.app.Add("--key", command.options->key, whose_key);
  command.app.Add("--passphrase-file", command.options->passphrase_file, "of the key");
  command.app.Add("--out", command.options->out,
                  "write it to sign elsewhere or, with --key, to keep in a safe");
  *options = command.options;
  return command.app;
}

}  // namespace

void RegisterStopCommands(Cli& cli) {
  std::shared_ptr<StopOptions> options;
  AddStop(cli, "freeze", "stop our answers at once, until the board lifts it", FreezeAt,
          "a guardian's key file; default: the one in the node's keys/people", &options)
      .Add("--reason", options->reason, "one of " + governance::StopReasonCodes());
  AddStop(cli, "lift", "end what was stopped; default: all of it", LiftAt,
          "a board seat's key file; default: those in the node's keys/people", &options)
      .Add("--signed-by", options->signed_by,
           "a guardian's key (hex or file): all that it alone stopped, and will stop");
}

}  // namespace commons::clients
