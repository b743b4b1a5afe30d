// Frictionless datapackage.json (Table Schema v1 and v2, with commons: properties) to a Standard:
// docs/formats/datapackage.md. Texts in, message out: no disk; whoever has one hands in the lists
// of codes that lie beside the package.
#ifndef COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_H_
#define COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "governance/standard/code_table.h"
#include "proto/documents.pb.h"

namespace commons::governance {

struct ParsedPackage {
  v1::Standard standard;
  // commons:exclusive as written: dataset column -> code -> organisation name (ids come with the
  // register; the caller sets Code.exclusive_org).
  std::map<std::string, std::map<std::string, std::string>> exclusive;
  std::string as_of;  // commons:as_of of the resource, ISO date, or ""
  std::vector<std::string> warnings;
};

// kInvalidArgument, one line: where in the file (a path such as resources[0].schema.fields[3]),
// what, what to do. Exactly one resource, or the one named. Without `read`, commons:codes is
// refused.
absl::StatusOr<ParsedPackage> ParseDatapackage(absl::string_view json,
                                               absl::string_view resource = "",
                                               const CodeTableReader& read = nullptr);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_DATAPACKAGE_H_
