#include "clients/cli/command.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/nearest.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"

namespace commons::clients {
namespace {

constexpr char kVersion[] = "commons " COMMONS_VERSION;
constexpr char kExamples[] = R"(Examples:
  commons lab up --dir lab --package datapackage.json --data csvs
  commons lab query --dir lab "SELECT sex, COUNT(*) AS n FROM cases GROUP BY sex"
  commons lab down --dir lab
  commons node init --dir node --name auckland --contact data@example.nz --listen 0.0.0.0:7400

Exit codes: 0 done, 1 failed, 2 wrong options or files, 3 refused by a rule.)";

// "" unless a word stands where a command should, and is none.
std::string UnknownCommand(CLI::App& root, int argc, char** argv) {
  CLI::App* app = &root;
  std::string path = app->get_name();
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    std::vector<std::string> names;
    CLI::App* next = nullptr;
    for (CLI::App* command : app->get_subcommands({})) {
      names.push_back(command->get_name());
      if (names.back() == argv[i]) next = command;
    }
    if (names.empty()) break;
    if (next == nullptr) {
      return absl::StrCat("there is no command '", argv[i], "' under ", path, "; the nearest is '",
                          Nearest(argv[i], names), "', see ", path, " --help");
    }
    app = next;
    absl::StrAppend(&path, " ", argv[i]);
  }
  return "";
}

}  // namespace

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kDone;
    case absl::StatusCode::kPermissionDenied:
      return governance::ReasonOf(status) == v1::INTERNAL ? kWrongUse : kRefused;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnauthenticated:
      return kWrongUse;
    default:
      return kFailed;
  }
}

void ReportError(const absl::Status& status) {
  const bool refused = ExitCodeOf(status) == kRefused;
  const std::string prefix =
      refused
          ? absl::StrCat("refused (", governance::ReasonName(governance::ReasonOf(status)), "): ")
          : "";
  Warn(absl::StrCat(prefix, status.message()));
}

void PrintOut(absl::string_view text) { std::cout << governance::Printable(text) << std::flush; }

void Progress(absl::string_view line) {
  if (isatty(STDERR_FILENO)) std::cerr << line << std::endl;
}

void Warn(absl::string_view line) {
  const std::string one_line = absl::StrReplaceAll(line, {{"\r", " "}, {"\n", " "}});
  std::cerr << "commons: " << governance::Printable(one_line) << std::endl;
}

void Finish(Cli& cli, const absl::StatusOr<ExitCode>& result) {
  cli.exit_code = result.ok() ? *result : ExitCodeOf(result.status());
  if (!result.ok()) ReportError(result.status());
  if (!std::cout) cli.exit_code = kFailed;
}

CLI::App* AddGroup(CLI::App* parent, const std::string& name, const std::string& help) {
  CLI::App* const group = parent->add_subcommand(name, help);
  group->require_subcommand(1);
  return group;
}

void AddLater(Cli& cli, CLI::App* parent, const std::string& name, const std::string& instead) {
  CLI::App* const app = parent->add_subcommand(name, "not available yet");
  app->allow_extras();
  app->callback([&cli, name, instead] {
    Finish(cli, absl::InvalidArgumentError(absl::StrCat(name, " is not available yet; ", instead)));
  });
}

Cli::Cli() : app("Federated questions to data that stays with its owners.", "commons") {
  app.require_subcommand(1);
  app.set_version_flag("--version", kVersion);
  app.footer(kExamples);
}

int Cli::Run(int argc, char** argv) {
  if (const std::string problem = UnknownCommand(app, argc, argv); !problem.empty()) {
    std::cerr << "commons: " << problem << std::endl;
    return kWrongUse;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    const std::string what = absl::StrReplaceAll(error.what(), {{"\n", " "}});
    std::cerr << "commons: " << what << "; see the options with --help" << std::endl;
    return kWrongUse;
  } catch (const std::filesystem::filesystem_error& error) {
    // A folder on the way to what was named may not be entered, for example.
    std::cerr << "commons: " << error.path1().string() << ": " << error.code().message()
              << std::endl;
    return kWrongUse;
  }
  return exit_code;
}

}  // namespace commons::clients
