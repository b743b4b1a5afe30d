// How every command of `commons` ends: its exit code and its one line on stderr.
#ifndef COMMONS_CLIENTS_CLI_COMMAND_H_
#define COMMONS_CLIENTS_CLI_COMMAND_H_

#include <functional>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace commons::clients {

enum ExitCode { kDone = 0, kFailed = 1, kWrongUse = 2, kRefused = 3 };

// kRefused for a rule's refusal, kWrongUse for what the caller can mend, else kFailed.
ExitCode ExitCodeOf(const absl::Status& status);

// The command tree and how the chosen command ended.
struct Cli {
  CLI::App app;
  ExitCode exit_code = kDone;

  Cli();
  // Runs what the arguments name; prints errors. Call once.
  int Run(int argc, char** argv);
};

// A leaf of the tree with its own options, which live as long as the tree.
template <typename Options>
struct Command {
  CLI::App* app;
  std::shared_ptr<Options> options;
};
template <typename Options>
Command<Options> AddCommand(Cli& cli, CLI::App* parent, const std::string& name,
                            const std::string& help,
                            std::function<absl::StatusOr<ExitCode>(const Options&)> run);
// With the option --dir or --format of every command that has it.
template <typename Options>
Command<Options> WithDir(Command<Options> command) {
  command.app->add_option("--dir", command.options->dir, "directory of the node")->required();
  return command;
}
template <typename Options>
Command<Options> WithFormat(Command<Options> command) {
  command.app->add_option("--format", command.options->format, "table, csv or json");
  return command;
}
CLI::App* AddGroup(CLI::App* parent, const std::string& name, const std::string& help);
// A command that later work brings: refused by name, whatever its arguments.
void AddLater(Cli& cli, CLI::App* parent, const std::string& name, const std::string& instead);

// One line on stderr, whatever the message holds.
void ReportError(const absl::Status& status);
void PrintOut(absl::string_view text);
// On stderr, and only when that is a terminal.
void Progress(absl::string_view line);
void Warn(absl::string_view line);

void Finish(Cli& cli, const absl::StatusOr<ExitCode>& result);

template <typename Options>
Command<Options> AddCommand(Cli& cli, CLI::App* parent, const std::string& name,
                            const std::string& help,
                            std::function<absl::StatusOr<ExitCode>(const Options&)> run) {
  auto options = std::make_shared<Options>();
  CLI::App* const app = parent->add_subcommand(name, help);
  app->callback([&cli, options, run] { Finish(cli, run(*options)); });
  return {app, options};
}

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_COMMAND_H_
