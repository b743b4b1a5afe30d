#include "clients/cli/lab/lab_commands.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "clients/answer/freeze_words.h"
#include "clients/answer/json_text.h"
#include "clients/cli/asking.h"
#include "clients/cli/lab/members.h"
#include "clients/cli/lab/process.h"
#include "clients/cli/lab/up.h"
#include "clients/cli/stop_commands.h"
#include "governance/register/stop_words.h"

namespace commons::clients {
namespace {

using lab::Seen;
using lab::State;

struct MemberOptions {
  std::string dir, member, format = "table";
};
struct StopMemberOptions {
  std::string dir, member;
  StopOptions stop;
};
struct QuestionOptions {
  std::string dir, from, purpose, sql, format = "table";
  bool per_member = false, strict = false, bom = false;
};

absl::StatusOr<ExitCode> Up(const lab::UpOptions& options) {
  lab::UpOptions with = options;
  with.progress = Progress;
  with.warn = Warn;
  RETURN_IF_ERROR(lab::Up(with));
  Progress(
      absl::StrCat("ready; ask with: commons lab query --dir ", options.dir, " \"SELECT ...\""));
  return kDone;
}

// Without a name: the first member that is up. "": nobody.
absl::StatusOr<std::string> AskerOf(const State& state, const std::string& from) {
  if (!from.empty()) {
    ASSIGN_OR_RETURN(const lab::Member member, state.Find(from));
    return member.name;
  }
  for (const lab::Member& member : state.members) {
    if (lab::LookAt(state, member.name).status) return member.name;
  }
  return std::string();
}

absl::StatusOr<Asking> AskingOf(const QuestionOptions& options) {
  Asking asking;
  ASSIGN_OR_RETURN(asking.format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(const State state, lab::LoadFinished(options.dir));
  ASSIGN_OR_RETURN(const std::string asker, AskerOf(state, options.from));
  if (asker.empty()) {
    asking.unreachable = absl::StrCat(
        "no member of this lab answers; start them with: commons lab start --dir ", options.dir);
  } else {
    asking.dir = state.MemberDir(asker);
    asking.start_with = absl::StrCat("commons lab start --dir ", options.dir, " ", asker);
    const pid_t pid = lab::RunningDaemon(asking.dir);
    if (lab::StandsStill(pid)) asking.unreachable = absl::StrCat(asker, ": ", lab::HowToGoOn(pid));
  }
  asking.sql = options.sql;
  asking.purpose = options.purpose.empty() ? state.purpose : options.purpose;
  asking.project = state.project;
  asking.key = state.ResearcherKey();
  asking.per_member = options.per_member;
  asking.strict = options.strict;
  asking.bom = options.bom;
  return asking;
}

absl::StatusOr<ExitCode> Query(const QuestionOptions& options) {
  ASSIGN_OR_RETURN(const Asking asking, AskingOf(options));
  return AskAndPrint(asking);
}

absl::StatusOr<ExitCode> Explain(const QuestionOptions& options) {
  ASSIGN_OR_RETURN(const Asking asking, AskingOf(options));
  return ExplainAndPrint(asking);
}

absl::StatusOr<ExitCode> Stop(const MemberOptions& options) {
  ASSIGN_OR_RETURN(const State state, lab::Load(options.dir));
  ASSIGN_OR_RETURN(const lab::Member member, state.Find(options.member));
  RETURN_IF_ERROR(lab::StopMember(state, member.name));
  return kDone;
}

// Without a name: all of them.
absl::StatusOr<ExitCode> Start(const MemberOptions& options) {
  ASSIGN_OR_RETURN(const State state, lab::LoadFinished(options.dir));
  std::vector<lab::Member> wanted = state.members;
  if (!options.member.empty()) {
    ASSIGN_OR_RETURN(const lab::Member member, state.Find(options.member));
    wanted = {member};
  }
  for (const lab::Member& member : wanted) {
    RETURN_IF_ERROR(lab::StartMember(state, member.name));
  }
  for (const lab::Member& member : wanted) {
    RETURN_IF_ERROR(lab::WaitUntilCaughtUp(state, member.name));
  }
  return kDone;
}

// With the member's own people's keys, at its own node.
absl::StatusOr<StopOptions> AtMember(const StopMemberOptions& options) {
  ASSIGN_OR_RETURN(const State state, lab::LoadFinished(options.dir));
  ASSIGN_OR_RETURN(const lab::Member member, state.Find(options.member));
  StopOptions stop = options.stop;
  stop.dir = state.MemberDir(member.name);
  return stop;
}

absl::StatusOr<ExitCode> Freeze(const StopMemberOptions& options) {
  ASSIGN_OR_RETURN(const StopOptions stop, AtMember(options));
  return FreezeAt(stop);
}

absl::StatusOr<ExitCode> Lift(const StopMemberOptions& options) {
  ASSIGN_OR_RETURN(const StopOptions stop, AtMember(options));
  return LiftAt(stop);
}

// What a member's own node says of its organisation.
std::vector<v1::StatusReply::Freeze> FrozenAt(const Seen& seen) {
  std::vector<v1::StatusReply::Freeze> own;
  if (!seen.status) return own;
  for (const auto& freeze : seen.status->frozen()) {
    if (freeze.org_id() == seen.status->org_id()) own.push_back(freeze);
  }
  return own;
}

std::string StatusJson(const lab::Member& member, const Seen& seen) {
  JsonObject row;
  row.Text("member", member.name);
  seen.pid ? row.Number("pid", seen.pid) : row.Raw("pid", "null");
  row.Text("address", absl::StrCat("127.0.0.1:", member.port));
  row.Bool("up", seen.status.has_value());
  if (!seen.status) {
    return row.Raw("head", "null")
        .Raw("epoch", "null")
        .Raw("budget_left_micro_rho", "null")
        .Build();
  }
  row.Text("head", absl::BytesToHexString(seen.status->head()))
      .Number("epoch", seen.status->epoch())
      .Number("budget_left_micro_rho", seen.status->budget_left_micro_rho());
  // Where nothing is stopped a row is what it always was.
  const auto& frozen = seen.status->frozen();
  return frozen.empty() ? row.Build() : row.Raw("frozen", JsonArray(frozen, FreezeJson)).Build();
}

std::vector<std::string> StatusRow(const lab::Member& member, const Seen& seen) {
  return {member.name,
          seen.status ? "up" : "down",
          absl::StrCat("127.0.0.1:", member.port),
          seen.pid ? absl::StrCat(seen.pid) : "",
          seen.status ? absl::StrCat(seen.status->epoch()) : "",
          seen.status ? absl::StrCat(seen.status->budget_left_micro_rho()) : "",
          absl::StrJoin(FrozenAt(seen), "; ", [](std::string* out, const auto& freeze) {
            absl::StrAppend(out, FreezeWords(freeze));
          })};
}

absl::StatusOr<ExitCode> Status(const MemberOptions& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormat(options.format));
  ASSIGN_OR_RETURN(const State state, lab::Load(options.dir));
  const std::vector<Seen> seen = lab::LookAtAll(state);
  std::vector<std::string> objects;
  std::vector<std::vector<std::string>> rows = {
      {"member", "state", "address", "process", "edition", "budget left (micro-rho)", "stopped"}};
  const auto stops = [](const Seen& each) { return !FrozenAt(each).empty(); };
  for (size_t i = 0; i < seen.size(); ++i) {
    objects.push_back(StatusJson(state.members[i], seen[i]));
    rows.push_back(StatusRow(state.members[i], seen[i]));
  }
  if (std::none_of(seen.begin(), seen.end(), stops)) {
    for (std::vector<std::string>& row : rows) row.pop_back();
  }
  PrintOut(format == Format::kJson
               ? absl::StrCat("{\"members\":[", absl::StrJoin(objects, ","), "]}\n")
               : Rows(rows, format));
  return kDone;
}

absl::StatusOr<ExitCode> Down(const MemberOptions& options) {
  const auto state = lab::Load(options.dir);
  if (state.ok()) {
    RETURN_IF_ERROR(lab::StopAll(*state));
    return kDone;
  }
  const State remains = lab::Remains(options.dir);
  if (remains.members.empty()) return state.status();
  RETURN_IF_ERROR(lab::StopAll(remains));
  Warn(absl::StrCat(options.dir, ": lab.json is damaged or gone; all daemons of its ",
                    remains.members.size(), " members are stopped; make a new lab elsewhere"));
  return kDone;
}

Option AddDir(const Arguments& app, std::string& dir) {
  return app.Add("--dir", dir, "directory of the practice federation").Required();
}
Option AddFormat(const Arguments& app, std::string& format) {
  return app.Add("--format", format, "table, csv or json");
}

Arguments AddQuestion(const Command<QuestionOptions>& command) {
  AddDir(command.app, command.options->dir);
  AddFormat(command.app, command.options->format);
  command.app.Add("--from", command.options->from, "member that asks; default: the first up");
  command.app.Add("--purpose", command.options->purpose, "what the answer is for");
  command.app.Add("SQL", command.options->sql, "the question").Required();
  return command.app;
}

Option AddMember(const Command<MemberOptions>& command) {
  AddDir(command.app, command.options->dir);
  return command.app.Add("MEMBER", command.options->member, "name of the member");
}

Command<StopMemberOptions> AddStop(const Command<StopMemberOptions>& command) {
  AddDir(command.app, command.options->dir);
  command.app.Add("MEMBER", command.options->member, "name of the member").Required();
  AddTarget(command.app, command.options->stop.target);
  return command;
}

}  // namespace

void RegisterLabCommands(Cli& cli) {
  const Group lab = cli.root().AddGroup("lab", "a practice federation on this machine");
  auto up = AddCommand<lab::UpOptions>(cli, lab, "up", "start one real daemon per CSV file", Up);
  AddDir(up.app, up.options->dir);
  up.app.Add("--package", up.options->package, "datapackage.json").Required();
  up.app.Add("--resource", up.options->resource,
             "which of the package's resources, if it has several");
  up.app.Add("--data", up.options->data, "folder of CSV files, one per member").Required();
  up.app.Add("--policy", up.options->policy, "policy.toml; default: protected");
  up.app.Add("--dialect", up.options->dialects,
             "dialect.json: how the CSV files are written; MEMBER=dialect.json: one of them");
  up.app.Add("--not-held", up.options->not_held,
             "MEMBER=COLUMN[,COLUMN]: declared columns that this member's file does not have");
  up.app.Add("--accept-rejects", up.options->accept_rejects,
             "go on if no member loses more than this share of its rows, such as 5%");

  auto query = AddCommand<QuestionOptions>(cli, lab, "query", "ask all members", Query);
  AddQuestion(query).AddFlag("--per-member", query.options->per_member,
                             "open release: each member's own cells too; needs --format json");
  query.app.AddFlag("--bom", query.options->bom, "for Excel: CSV with a byte order mark");
  query.app.AddFlag("--strict", query.options->strict, "an answer without all members exits 1");
  AddQuestion(AddCommand<QuestionOptions>(
      cli, lab, "explain", "who would answer and at what cost; asks for no data", Explain));
  AddMember(AddCommand<MemberOptions>(cli, lab, "stop", "stop one member's daemon", Stop))
      .Required();
  AddMember(AddCommand<MemberOptions>(
                cli, lab, "start",
                "start one member's daemon, or all, until it has caught up with those that run",
                Start))
      .Describe("name of the member; default: all");
  auto status = AddCommand<MemberOptions>(cli, lab, "status", "one line per member", Status);
  AddDir(status.app, status.options->dir);
  AddFormat(status.app, status.options->format);
  auto down = AddCommand<MemberOptions>(cli, lab, "down",
                                        "stop all daemons and keep the files, for lab start", Down);
  AddDir(down.app, down.options->dir);
  auto freeze = AddStop(AddCommand<StopMemberOptions>(
      cli, lab, "freeze", "stop a member's answers at once; default: all of them", Freeze));
  freeze.app.Add("--reason", freeze.options->stop.reason,
                 "one of " + governance::StopReasonCodes());
  AddStop(AddCommand<StopMemberOptions>(cli, lab, "lift",
                                        "end what a member stopped; default: all of it", Lift));
}

}  // namespace commons::clients
