#include "clients/cli/lab/up.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/node_files.h"
#include "base/status.h"
#include "clients/cli/lab/builder.h"
#include "clients/cli/lab/interruption.h"
#include "clients/cli/lab/maturity.h"
#include "clients/cli/lab/members.h"
#include "clients/cli/lab/process.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/import/forecast.h"
#include "governance/document/text.h"

namespace commons::clients::lab {
namespace {

namespace fs = std::filesystem;

void WarnOfPackage(const UpOptions& options, const Blueprint& plan) {
  if (!options.warn) return;
  for (const std::string& warning : plan.package.warnings) options.warn(warning);
  const std::string never = NeverAnswered(plan.package.standard, plan.policy.rule);
  if (!never.empty()) options.warn(never);
}

// The codes of an owner whose CSV file is left out are nobody's here.
void WarnOfExclusive(const UpOptions& options, const Blueprint& plan) {
  if (!options.warn) return;
  for (const auto& [column, codes] : plan.package.exclusive) {
    const auto absent = std::count_if(codes.begin(), codes.end(), [&](const auto& code) {
      return plan.csv.count(code.second) == 0;
    });
    if (absent == 0) continue;
    options.warn(absl::StrCat("commons:exclusive of ", column, ": ", absent,
                              " codes are of owners without a .csv file here; nobody guards them"));
  }
}

absl::Status MakeDir(const std::string& dir, State& state) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (!error) state.dir = fs::canonical(dir, error).string();
  if (!error && access(dir.c_str(), W_OK) != 0) error.assign(errno, std::generic_category());
  std::string why = error                                ? error.message()
                    : fs::exists(state.dir + "/members") ? "holds the remains of a lab"
                                                         : "";
  for (const fs::directory_entry& entry : fs::directory_iterator(dir, error)) {
    // Rejects files are what a lab that did not come up leaves behind.
    if (why.empty() && !absl::EndsWith(entry.path().filename().string(), node_files::kRejects)) {
      why = absl::StrCat("is not empty (", entry.path().filename().string(), ")");
    }
  }
  if (why.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(dir, ": ", why, "; choose another directory"));
}

void Clean(const State& state) {
  StopAll(state).IgnoreError();
  std::error_code ignored;
  for (const std::string& path :
       {state.dir + "/members", state.ResearcherKey(), state.dir + "/lab.json"}) {
    fs::remove_all(path, ignored);
  }
  fs::remove(state.dir, ignored);  // only when it is empty
}

// Rows of people that stay when nothing else does; the error names those of the first file alone.
absl::Status NamingRejects(const State& state, const absl::Status& status) {
  std::string names;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(state.dir, ignored)) {
    const std::string path = entry.path().string();
    if (!absl::EndsWith(path, node_files::kRejects) || absl::StrContains(status.message(), path))
      continue;
    absl::StrAppend(&names, names.empty() ? "" : ", ", path);
  }
  if (names.empty()) return status;
  return absl::Status(status.code(), absl::StrCat(status.message(), "; rejected rows lie in ",
                                                  names, " too: remove what nobody mends"));
}

}  // namespace

absl::Status Up(const UpOptions& options) {
  ASSIGN_OR_RETURN(Blueprint plan, Draw(options));
  WarnOfExclusive(options, plan);
  RETURN_IF_ERROR(FindProgram("commonsd").status());
  RETURN_IF_ERROR(MakeDir(options.dir, plan.state));
  State state = plan.state;
  const Interruption interruption([&state] { StopAll(state).IgnoreError(); });
  UpOptions with = options;
  with.interrupted = [&interruption] { return interruption.came(); };
  // Written first, so that `lab down` finds the daemons even when this program is killed.
  absl::Status status = Save(state);
  if (status.ok()) status = Build(with, plan);
  if (status.ok()) {
    status = AwaitRules(
        {absl::Now(), absl::Seconds(plan.policy.cooling_off_seconds), absl::LocalTimeZone()},
        with.warn, with.interrupted);
  }
  if (interruption.came()) status = absl::CancelledError("interrupted; nothing is left behind");
  if (status.ok()) {
    state.finished = true;
    status = Save(state);
  }
  // An error stands alone; what the package lacks is said where all else went well.
  if (status.ok()) {
    WarnOfPackage(options, plan);
    return status;
  }
  Clean(state);
  return NamingRejects(state, status);
}

}  // namespace commons::clients::lab
