#include "base/status.h"
#include "clients/cli/asking.h"
#include "clients/cli/commands.h"
#include "clients/office/node_dir.h"

namespace commons::clients {
namespace {

struct Options {
  std::string dir, purpose, project, key, passphrase_file, sql, format = "table";
};

absl::StatusOr<Asking> AskingOf(const Options& options) {
  Asking asking;
  ASSIGN_OR_RETURN(asking.format, ParseFormat(options.format));
  asking.dir = options.dir;
  asking.sql = options.sql;
  asking.purpose = options.purpose;
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
  CLI::App& app = *command.app;
  Options& options = *command.options;
  app.add_option("--dir", options.dir, "directory of the node")->required();
  app.add_option("--purpose", options.purpose, "what the answer is for");
  app.add_option("--project", options.project,
                 "name of the project, or the beginning of its id, when there are several");
  app.add_option("--as", options.key, "the researcher's key; default: researcher-1 of the node");
  app.add_option("--passphrase-file", options.passphrase_file, "file with the key's passphrase");
  app.add_option("--format", options.format, "table, csv or json");
  app.add_option("SQL", options.sql, "the question")->required();
}

}  // namespace

void RegisterQueryCommands(Cli& cli) {
  AddOptions(AddCommand<Options>(cli, &cli.app, "query", "ask the commons", Query));
  AddOptions(AddCommand<Options>(cli, &cli.app, "explain",
                                 "who would answer and at what cost; asks for no data", Explain));
  AddLater(cli, &cli.app, "freeze", "drop the dataset, or stop the daemon");
  AddLater(cli, &cli.app, "lift", "nothing can be frozen yet");
  AddLater(cli, &cli.app, "audit", "read the daemon's log");
}

}  // namespace commons::clients
