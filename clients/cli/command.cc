#include "clients/cli/command.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text/nearest.h"
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
      return governance::ReasonOf(status) == v1::INTERNAL ? kFailed : kRefused;
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

Option Option::Required() const {
  option_->required();
  return *this;
}

Option Option::ShowDefault() const {
  option_->capture_default_str();
  return *this;
}

Option Option::Describe(const std::string& help) const {
  option_->description(help);
  return *this;
}

Option Option::OneEach() const {
  option_->allow_extra_args(false);
  return *this;
}

Option Arguments::Add(const std::string& name, std::string& field, const std::string& help) const {
  return Option(app_->add_option(name, field, help));
}

Option Arguments::Add(const std::string& name, uint32_t& field, const std::string& help) const {
  return Option(app_->add_option(name, field, help));
}

Option Arguments::Add(const std::string& name, std::vector<std::string>& field,
                      const std::string& help) const {
  return Option(app_->add_option(name, field, help));
}

void Arguments::AddFlag(const std::string& name, bool& field, const std::string& help) const {
  app_->add_flag(name, field, help);
}

Group Group::AddGroup(const std::string& name, const std::string& help) const {
  CLI::App* const group = app_->add_subcommand(name, help);
  group->require_subcommand(1);
  return Group(group);
}

Cli::Cli()
    : app_(std::make_unique<CLI::App>("Federated questions to data that stays with its owners.",
                                      "commons")) {
  app_->require_subcommand(1);
  app_->set_version_flag("--version", kVersion);
  app_->footer(kExamples);
}

Cli::~Cli() = default;

Arguments Cli::Add(Group parent, const std::string& name, const std::string& help,
                   std::function<absl::StatusOr<ExitCode>()> run) {
  CLI::App* const app = parent.app_->add_subcommand(name, help);
  app->callback([this, run = std::move(run)] { Finish(run()); });
  return Arguments(app);
}

void Cli::AddLater(Group parent, const std::string& name, const std::string& instead) {
  CLI::App* const app = parent.app_->add_subcommand(name, "not available yet");
  app->allow_extras();
  app->callback([this, name, instead] {
    Finish(absl::InvalidArgumentError(absl::StrCat(name, " is not available yet; ", instead)));
  });
}

void Cli::Finish(const absl::StatusOr<ExitCode>& result) {
  exit_code_ = result.ok() ? *result : ExitCodeOf(result.status());
  if (!result.ok()) ReportError(result.status());
  if (!std::cout) exit_code_ = kFailed;
}

int Cli::Run(int argc, char** argv) {
  if (const std::string problem = UnknownCommand(*app_, argc, argv); !problem.empty()) {
    std::cerr << "commons: " << problem << std::endl;
    return kWrongUse;
  }
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app_->exit(error);  // --help, --version
    const std::string what = absl::StrReplaceAll(error.what(), {{"\n", " "}});
    std::cerr << "commons: " << what << "; see the options with --help" << std::endl;
    return kWrongUse;
  } catch (const std::filesystem::filesystem_error& error) {
    // A folder on the way to what was named may not be entered, for example.
    std::cerr << "commons: " << error.path1().string() << ": " << error.code().message()
              << std::endl;
    return kWrongUse;
  }
  return exit_code_;
}

}  // namespace commons::clients
