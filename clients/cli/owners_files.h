// Files of several owners that one command names.
#ifndef COMMONS_CLIENTS_CLI_OWNERS_FILES_H_
#define COMMONS_CLIENTS_CLI_OWNERS_FILES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/dialect.pb.h"

namespace commons::clients {

// Whose file it is, where files are called by their owners: "kahu" of "files/kahu.csv".
std::string OwnerOf(const std::string& path);
std::vector<std::string> OwnersOf(const std::vector<std::string>& paths);

// What the files say that DialectFiles finds by these choices, by owner. DialectFiles', ReadFile's
// and DialectOf's errors.
absl::StatusOr<std::map<std::string, v1::Dialect>> ReadDialects(
    const std::vector<std::string>& choices, const std::vector<std::string>& owners,
    absl::string_view dataset);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_OWNERS_FILES_H_
