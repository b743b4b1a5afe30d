// The tree of commands, and how every command of `commons` ends: its exit code and its one line on
// stderr. The library that reads the arguments (CLI11) is known to command.cc only: it is as long
// as all our headers together.
#ifndef COMMONS_CLIENTS_CLI_COMMAND_H_
#define COMMONS_CLIENTS_CLI_COMMAND_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace commons::clients {

enum ExitCode { kDone = 0, kFailed = 1, kWrongUse = 2, kRefused = 3 };

// kRefused for a rule's refusal, kWrongUse for what the caller can mend, else kFailed.
ExitCode ExitCodeOf(const absl::Status& status);

// An option while it is described. This and the two below are handles: they live as long as the
// Cli whose tree they point into.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  Option Required() const;
  Option ShowDefault() const;  // the field's value now, in --help
  Option Describe(const std::string& help) const;
  Option OneEach() const;  // of a list: one value each time it is given, since files may follow

 private:
  CLI::Option* option_;
};

// The options of one command: each writes into its field, which must live as long as the tree.
class Arguments {
 public:
  explicit Arguments(CLI::App* app) : app_(app) {}
  // `name` is "--name" or, for what stands without a name, "NAME"; "--name,NAME": either way.
  Option Add(const std::string& name, std::string& field, const std::string& help) const;
  Option Add(const std::string& name, uint32_t& field, const std::string& help) const;
  Option Add(const std::string& name, std::vector<std::string>& field,
             const std::string& help) const;
  void AddFlag(const std::string& name, bool& field, const std::string& help) const;

 private:
  CLI::App* app_;
};

// Where commands hang: the root, or a word such as `node` that needs another after it.
class Group {
 public:
  explicit Group(CLI::App* app) : app_(app) {}
  Group AddGroup(const std::string& name, const std::string& help) const;

 private:
  friend class Cli;
  CLI::App* app_;
};

// The command tree and how the chosen command ended. Not thread-safe.
class Cli {
 public:
  Cli();
  ~Cli();

  Group root() { return Group(app_.get()); }
  // A leaf: `run` is called when the arguments name it and are well formed.
  Arguments Add(Group parent, const std::string& name, const std::string& help,
                std::function<absl::StatusOr<ExitCode>()> run);
  // A command that later work brings: refused by name, whatever its arguments.
  void AddLater(Group parent, const std::string& name, const std::string& instead);

  // Runs what the arguments name, prints errors and returns the exit code. Call once.
  int Run(int argc, char** argv);

 private:
  void Finish(const absl::StatusOr<ExitCode>& result);

  std::unique_ptr<CLI::App> app_;
  ExitCode exit_code_ = kDone;
};

// A leaf of the tree with its own options, which live as long as the tree.
template <typename Options>
struct Command {
  Arguments app;
  std::shared_ptr<Options> options;
};
template <typename Options>
Command<Options> AddCommand(Cli& cli, Group parent, const std::string& name,
                            const std::string& help,
                            std::function<absl::StatusOr<ExitCode>(const Options&)> run) {
  auto options = std::make_shared<Options>();
  return {cli.Add(parent, name, help, [options, run] { return run(*options); }), options};
}
// With the option --dir or --format of every command that has it.
template <typename Options>
Command<Options> WithDir(Command<Options> command) {
  command.app.Add("--dir", command.options->dir, "directory of the node").Required();
  return command;
}
template <typename Options>
Command<Options> WithFormat(Command<Options> command) {
  command.app.Add("--format", command.options->format, "table, csv or json");
  return command;
}
// Where there are no rows: ParseFormatWithoutRows.
template <typename Options>
Command<Options> WithFormatWithoutRows(Command<Options> command) {
  command.app.Add("--format", command.options->format, "table or json");
  return command;
}

// One line on stderr, whatever the message holds.
void ReportError(const absl::Status& status);
void PrintOut(absl::string_view text);
// On stderr, and only when that is a terminal.
void Progress(absl::string_view line);
void Warn(absl::string_view line);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_COMMAND_H_
