#include "clients/office/import/dialect_file.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "governance/standard/dialect.h"

namespace commons::clients {

absl::StatusOr<v1::Dialect> DialectOf(absl::string_view json, const std::string& path,
                                      absl::string_view dataset) {
  auto dialect = governance::ParseDialect(json, dataset);
  if (dialect.ok()) return dialect;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", dialect.status().message()));
}

absl::StatusOr<std::map<std::string, std::string>> DialectFiles(
    const std::vector<std::string>& choices, const std::vector<std::string>& members) {
  std::map<std::string, std::string> named;
  std::string for_all;
  for (const std::string& choice : choices) {
    const size_t at = choice.find('=');
    const std::string member = at == std::string::npos ? "" : choice.substr(0, at);
    std::string& file = at == std::string::npos ? for_all : named[member];
    if (at != std::string::npos &&
        std::find(members.begin(), members.end(), member) == members.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--dialect ", choice, ": no .csv file is called ", member));
    }
    if (!file.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--dialect ", choice, ": the files have ", file, " already; name one"));
    }
    file = choice.substr(at + 1);  // of npos: all of it
  }
  if (for_all.empty()) return named;
  for (const std::string& member : members) named.emplace(member, for_all);
  return named;
}

}  // namespace commons::clients
