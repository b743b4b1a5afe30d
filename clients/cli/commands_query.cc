#include "base/status.h"
#include "clients/cli/asking.h"
#include "clients/cli/audit_list.h"
#include "clients/cli/commands.h"
#include "clients/office/files/node_dir.h"

namespace commons::clients {
namespace {

struct Options {
  std::string dir, purpose, project, key, passphrase_file, sql, format = "table";
  bool strict = false, bom = false;
};

absl::StatusOr<Asking> AskingOf(const Options& options) {
  Asking asking;
  ASSIGN_OR_RETURN(asking.format, ParseFormat(options.format));
  asking.dir = options.dir;
  asking.sql = options.sql;
  asking.purpose = options.purpose;
  asking.strict = options.strict;
  asking.bom = options.bom;
  asking.project = options.project;
  asking.key = options.key.empty() ? PeopleKeyPath(options.dir, "researcher-1") : options.key;
  asking.passphrase_file = options.passphrase_file;
  return asking;
}

absl::StatusOr<ExitCode> Query(const Options& options) {
  ASSIGN_OR_RETURN(const Asking asking, AskingOf(options));
  return AskAndPrint(asking);
}

absl::StatusOr<ExitCode> Explain(const Options& options) {
  ASSIGN_OR_RETURN(const Asking asking, AskingOf(options));
  return ExplainAndPrint(asking);
}

void AddOptions(const Command<Options>& command) {
  const Arguments app = command.app;
  Options& options = *command.options;
  app.Add("--dir", options.dir, "directory of the node").Required();
  app.Add("--purpose", options.purpose, "what the answer is for");
  app.Add("--project", options.project,
          "name of the project, or the beginning of its id, when there are several");
  app.Add("--as", options.key, "the researcher's key; default: researcher-1 of the node");
  app.Add("--passphrase-file", options.passphrase_file, "file with the key's passphrase");
  app.Add("--format", options.format, "table, csv or json");
  app.Add("SQL", options.sql, "the question").Required();
}

}  // namespace

void RegisterQueryCommands(Cli& cli) {
  const auto query = AddCommand<Options>(cli, cli.root(), "query", "ask the commons", Query);
  AddOptions(query);
  query.app.AddFlag("--strict", query.options->strict, "an answer without all members exits 1");
  query.app.AddFlag("--bom", query.options->bom, "for Excel: CSV with a byte order mark");
  AddOptions(AddCommand<Options>(cli, cli.root(), "explain",
                                 "who would answer and at what cost; asks for no data", Explain));
  RegisterAuditList(cli, cli.root().AddGroup("audit", "who asked, and what was done here"));
}

}  // namespace commons::clients
