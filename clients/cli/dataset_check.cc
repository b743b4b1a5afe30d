#include "clients/cli/dataset_check.h"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/answer/table.h"
#include "clients/cli/check_text.h"
#include "clients/cli/owners_files.h"
#include "clients/office/files/policy_file.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/founding.h"
#include "clients/office/import/forecast.h"
#include "clients/office/import/import_choice.h"
#include "crypto/hash.h"
#include "governance/standard/not_held.h"
#include "records/reading/file_check.h"
#include "records/rows/total_row.h"

namespace commons::clients {
namespace {

constexpr size_t kPolicyBytes = 1 << 16;

struct CheckOptions {
  std::string package, resource, policy, format = "table";
  std::vector<std::string> dialects, not_held, files;
};

absl::StatusOr<PolicyFile> Policy(const CheckOptions& options, const v1::Standard& standard) {
  std::vector<std::string> purposes(standard.purposes().begin(), standard.purposes().end());
  if (purposes.empty()) purposes = {"practice"};
  std::string toml;
  if (!options.policy.empty()) {
    ASSIGN_OR_RETURN(toml, ReadFile(options.policy, kPolicyBytes));
  }
  ASSIGN_OR_RETURN(PolicyFile policy, ParsePolicy(toml, options.policy, {.purposes = purposes}));
  RETURN_IF_ERROR(
      CheckFits(policy.rule, standard, options.policy.empty() ? options.package : options.policy));
  return policy;
}

OrgId IdOf(const std::string& owner) {
  crypto::FieldHasher hasher("commons/check/owner");
  hasher.Add(owner);
  return crypto::Retype<OrgId>(hasher.Finish());
}

// Where a file is called as an owner is, files are named by their owners, as in a practice
// federation: then codes of one owner may not be in another's file.
absl::Status NameOwners(const CheckOptions& options, const governance::ParsedPackage& package,
                        v1::Standard& standard) {
  std::map<std::string, OrgId> owners;
  for (const auto& [column, codes] : package.exclusive) {
    for (const auto& [code, owner] : codes) owners.emplace(owner, IdOf(owner));
  }
  const bool named = std::any_of(options.files.begin(), options.files.end(),
                                 [&](const auto& path) { return owners.count(OwnerOf(path)) > 0; });
  if (!named) return absl::OkStatus();
  return SetExclusiveOrgs(package.exclusive, owners, standard);
}

// One owner's file under two names is easily taken for two owners'.
void WarnOfSame(const Findings& findings, records::FileCheck& check) {
  for (const CheckedFile& other : findings.files) {
    if (check.content == 0 || other.check.content != check.content) continue;
    check.report.warnings.push_back(
        absl::StrCat("the file is the same, byte by byte, as ", other.path));
    return;
  }
}

void AddFile(const std::string& path, records::FileCheck check, Findings& findings) {
  WarnOfSame(findings, check);
  findings.mend |= !check.status.ok();
  findings.refused += !check.status.ok();
  findings.rows += check.report.accepted;
  for (size_t rank = 0; rank < check.by_person.size(); ++rank) {
    findings.by_person[rank] += check.by_person[rank];
    findings.by_cell[rank] += check.by_cell[rank];
  }
  findings.files.push_back({path, std::move(check)});
}

// Rows that are sums of others may stand anywhere in a file, not only at its end.
void WarnOfTotals(const v1::Standard& standard, std::vector<std::string>& warnings) {
  for (const v1::Column& column : standard.columns()) {
    for (const v1::Code& code : column.codes()) {
      if (!records::ReadsTotal(code.value()) && !records::ReadsTotal(code.label())) continue;
      warnings.push_back(absl::StrCat("column \"", column.name(), "\" has a code '", code.value(),
                                      "': where its rows are sums of others, all counts twice; "
                                      "leave them out of the files, and it out of the list"));
      break;
    }
  }
}

// Of a question without groups: what is beyond the bounds of a person is left out.
uint64_t RowsInOneCell(const Findings& findings) {
  if (!findings.entity) return findings.rows;
  const size_t most = std::min<size_t>(
      {findings.rows_per_cell, findings.rows_per_person, findings.by_person.size()});
  return std::accumulate(findings.by_person.begin(), findings.by_person.begin() + most,
                         uint64_t{0});
}

absl::StatusOr<Findings> Find(const CheckOptions& options) {
  ASSIGN_OR_RETURN(governance::ParsedPackage package,
                   ReadPackage(options.package, options.resource));
  v1::Standard& standard = package.standard;
  ASSIGN_OR_RETURN(const PolicyFile policy, Policy(options, standard));
  RETURN_IF_ERROR(NameOwners(options, package, standard));
  const std::vector<std::string> owners = OwnersOf(options.files);
  ASSIGN_OR_RETURN(const auto dialects, ReadDialects(options.dialects, owners, standard.dataset()));
  ASSIGN_OR_RETURN(const auto lacking, NotHeldOf(options.not_held, owners));
  Findings findings;
  findings.warnings = package.warnings;
  WarnOfTotals(standard, findings.warnings);
  for (const std::string& path : options.files) {
    ASSIGN_OR_RETURN(records::ByteSource source, records::OpenFileSource(path));
    records::ReadingOptions reading = records::ReadingOf(standard, IdOf(OwnerOf(path)));
    if (const auto dialect = dialects.find(OwnerOf(path)); dialect != dialects.end()) {
      reading.dialect = dialect->second;
    }
    std::set<std::string> not_held;
    if (const auto lacks = lacking.find(OwnerOf(path)); lacks != lacking.end()) {
      not_held.insert(lacks->second.begin(), lacks->second.end());
    }
    RETURN_IF_ERROR(governance::CheckNotHeld(not_held, standard));
    AddFile(
        path,
        records::CheckFile(std::move(source), standard, reading, TableColumns(standard), not_held),
        findings);
  }
  findings.entity = !standard.entity().empty();
  findings.rows_per_person = std::max(standard.max_rows_per_person(), 1u);
  const uint32_t in_cell = standard.max_rows_per_person_and_cell();
  findings.rows_per_cell = in_cell == 0 ? findings.rows_per_person : in_cell;
  const auto members = static_cast<uint32_t>(options.files.size());
  findings.questions = Forecast(standard, policy.rule, members, RowsInOneCell(findings));
  if (members < policy.rule.min_members()) {
    findings.warnings.push_back(absl::StrCat("the rules ask for ", policy.rule.min_members(),
                                             " members that answer; here are files of ", members));
  }
  if (std::string never = NeverAnswered(standard, policy.rule); !never.empty()) {
    findings.mend = true;
    findings.warnings.push_back(std::move(never));
  }
  return findings;
}

absl::StatusOr<ExitCode> Check(const CheckOptions& options) {
  ASSIGN_OR_RETURN(const Format format, ParseFormatWithoutRows(options.format));
  ASSIGN_OR_RETURN(const Findings findings, Find(options));
  if (format == Format::kJson) {
    PrintOut(CheckJson(findings));
  } else {
    PrintOut(CheckText(findings, options.package, isatty(STDOUT_FILENO) != 0));
  }
  return findings.mend ? kFailed : kDone;
}

}  // namespace

void RegisterCheck(Cli& cli, const Group& dataset) {
  auto check = WithFormatWithoutRows(AddCommand<CheckOptions>(
      cli, dataset, "check", "what an import would say of CSV files; no node needed", Check));
  CheckOptions& options = *check.options;
  check.app.Add("FILE", options.files, "CSV files, one of each owner").Required();
  check.app.Add("--package", options.package, "datapackage.json").Required();
  check.app.Add("--resource", options.resource, "of the package; default: the only one");
  check.app.Add("--policy", options.policy, "policy.toml; default: the usual rules");
  check.app
      .Add("--dialect", options.dialects,
           "dialect.json, for all files, or NAME=dialect.json for NAME.csv")
      .OneEach();
  check.app
      .Add("--not-held", options.not_held,
           "NAME=COLUMN[,COLUMN]: declared columns that NAME.csv does not have")
      .OneEach();
}

}  // namespace commons::clients
