#include "clients/cli/lab/up.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "clients/cli/as_of.h"
#include "clients/cli/founding.h"
#include "clients/cli/lab/builder.h"
#include "clients/cli/lab/interruption.h"
#include "clients/cli/lab/maturity.h"
#include "clients/cli/lab/members.h"
#include "clients/cli/lab/process.h"
#include "clients/cli/rule_file.h"
#include "governance/document/text.h"

namespace commons::clients::lab {
namespace {

namespace fs = std::filesystem;

constexpr char kPractice[] = "practice";
constexpr size_t kPolicyBytes = 1 << 16;

absl::StatusOr<std::string> MemberName(const fs::path& file) {
  auto name = Nfc(file.stem().string());
  if (!name.ok() || !governance::IsShortName(*name)) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.string(),
                     ": this name can't name a member; rename it: 1 to 63 bytes of UTF-8 without "
                     "control characters, not starting with '.' or '-'"));
  }
  return name;
}

// Names in capitals come from other systems; files that start with '.' are theirs, not people's.
bool IsVisibleCsv(const fs::path& file) {
  return file.filename().string()[0] != '.' &&
         absl::EqualsIgnoreCase(file.extension().string(), ".csv");
}

absl::StatusOr<std::map<std::string, std::string>> CsvFiles(const std::string& data) {
  std::error_code error;
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(data, error)) {
    if (!IsVisibleCsv(entry.path()) || !entry.is_regular_file()) continue;
    ASSIGN_OR_RETURN(const std::string name, MemberName(entry.path()));
    const auto [known, added] = files.emplace(name, entry.path().string());
    if (added) continue;
    fs::path one = known->second, other = entry.path();
    if (other < one) std::swap(one, other);  // a folder has no order
    return absl::InvalidArgumentError(absl::StrCat(one.string(), " and ", other.filename().string(),
                                                   " are both of member '", name,
                                                   "'; rename one or take it away"));
  }
  if (error) return absl::InvalidArgumentError(absl::StrCat(data, ": ", error.message()));
  if (files.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(data, ": no .csv file here; one member is made per file"));
  }
  if (files.size() > limits::kMembers) {
    return absl::InvalidArgumentError(
        absl::StrCat(data, ": ", files.size(), " files; at most ", limits::kMembers, " members"));
  }
  return files;
}

void WarnOfPackage(const UpOptions& options, const Blueprint& plan) {
  if (!options.warn) return;
  for (const std::string& warning : plan.package.warnings) options.warn(warning);
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

// The lab writes definition and rule alike: a purpose of policy.toml becomes one of the definition.
void AddPurposes(const UpOptions& options, Blueprint& plan) {
  auto& defined = *plan.package.standard.mutable_purposes();
  if (defined.empty()) return;
  for (const std::string& purpose : plan.policy.rule.purposes()) {
    if (std::find(defined.begin(), defined.end(), purpose) != defined.end()) continue;
    *defined.Add() = purpose;
    if (options.warn) {
      options.warn(absl::StrCat(options.policy, ": purposes: '", purpose,
                                "' is not a commons:purpose in ", options.package,
                                "; this practice federation allows it"));
    }
  }
}

absl::Status ReadFiles(const UpOptions& options, Blueprint& plan) {
  ASSIGN_OR_RETURN(plan.package, ReadPackage(options.package));
  ASSIGN_OR_RETURN(plan.csv, CsvFiles(options.data));
  std::vector<std::string> purposes(plan.package.standard.purposes().begin(),
                                    plan.package.standard.purposes().end());
  if (purposes.empty()) purposes = {kPractice};
  std::string policy;
  if (!options.policy.empty()) {
    ASSIGN_OR_RETURN(policy, ReadFile(options.policy, kPolicyBytes));
  }
  ASSIGN_OR_RETURN(plan.policy,
                   ParsePolicy(policy, options.policy, {.purposes = purposes, .reply_slot_ms = 0}));
  AddPurposes(options, plan);
  return CheckFits(plan.policy.rule, plan.package.standard,
                   options.policy.empty() ? options.package : options.policy);
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
    if (why.empty() && !absl::EndsWith(entry.path().filename().string(), ".rejects.csv")) {
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

}  // namespace

absl::StatusOr<Blueprint> Draw(const UpOptions& options) {
  Blueprint plan;
  if (HoldsLab(options.dir)) {
    RETURN_IF_ERROR(LoadFinished(options.dir).status());
    return absl::InvalidArgumentError(absl::StrCat(
        options.dir, ": holds a lab already; start it again with: commons lab start --dir ",
        options.dir,
        "; for a new one choose another directory, or stop this one "
        "(commons lab down) and remove its directory"));
  }
  RETURN_IF_ERROR(ReadFiles(options, plan));
  ASSIGN_OR_RETURN(
      plan.as_of,
      AsOfDay(plan.package.as_of, absl::StrCat(options.package, ": commons:as_of"), absl::Now()));
  plan.state.dataset = plan.package.standard.dataset();
  plan.state.project = kPractice;
  plan.state.purpose = plan.policy.rule.purposes(0);
  ASSIGN_OR_RETURN(const std::vector<int> ports, FreePorts(plan.csv.size()));
  for (const auto& [name, file] : plan.csv) {
    plan.state.members.push_back({name, ports[plan.state.members.size()]});
  }
  return plan;
}

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
  status.ok() ? WarnOfPackage(options, plan) : Clean(state);
  return status;
}

}  // namespace commons::clients::lab
