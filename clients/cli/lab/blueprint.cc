#include "clients/cli/lab/blueprint.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/unicode.h"
#include "clients/cli/owners_files.h"
#include "clients/office/as_of.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/founding.h"
#include "clients/office/import/import_choice.h"
#include "governance/document/text.h"

namespace commons::clients::lab {
namespace {

namespace fs = std::filesystem;

constexpr char kPractice[] = "practice";
constexpr size_t kPolicyBytes = 1 << 16;

absl::StatusOr<std::string> MemberName(const fs::path& file) {
  auto name = Nfc(file.stem().string());
  if (!name.ok() || !governance::IsShortName(*name) ||
      !governance::CheckName(*name, name->size()).ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.string(),
                     ": this name can't name a member; rename it: 1 to 63 bytes of UTF-8 without "
                     "control characters, those that nobody sees and spaces around it, not "
                     "starting with '.' or '-'"));
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

std::vector<std::string> MembersOf(const Blueprint& plan) {
  std::vector<std::string> members;
  for (const auto& [member, csv] : plan.csv) members.push_back(member);
  return members;
}

absl::Status ReadFiles(const UpOptions& options, Blueprint& plan) {
  ASSIGN_OR_RETURN(plan.package, ReadPackage(options.package, options.resource));
  ASSIGN_OR_RETURN(plan.csv, CsvFiles(options.data));
  ASSIGN_OR_RETURN(plan.dialects, ReadDialects(options.dialects, MembersOf(plan),
                                               plan.package.standard.dataset()));
  ASSIGN_OR_RETURN(plan.not_held, NotHeldOf(options.not_held, MembersOf(plan)));
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
  ASSIGN_OR_RETURN(plan.accepted_rejects, ParseAcceptedRejects(options.accept_rejects));
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

}  // namespace commons::clients::lab
