// The steward's file that says how the owner's files are written (docs/formats/dialect.md).
#ifndef COMMONS_CLIENTS_OFFICE_IMPORT_DIALECT_FILE_H_
#define COMMONS_CLIENTS_OFFICE_IMPORT_DIALECT_FILE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/dialect.pb.h"

namespace commons::clients {

// Of `json`, the text of the file called `path`. kInvalidArgument, naming file, place and what.
absl::StatusOr<v1::Dialect> DialectOf(absl::string_view json, const std::string& path,
                                      absl::string_view dataset);

// "FILE" for all members, "MEMBER=FILE" for one of them, each at most once: the file of each
// member that has one. kInvalidArgument: a member that is none of `members`.
absl::StatusOr<std::map<std::string, std::string>> DialectFiles(
    const std::vector<std::string>& choices, const std::vector<std::string>& members);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_IMPORT_DIALECT_FILE_H_
