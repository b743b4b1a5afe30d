// A list of codes that lies beside a datapackage.json.
#ifndef COMMONS_CLIENTS_OFFICE_FILES_CODE_TABLE_H_
#define COMMONS_CLIENTS_OFFICE_FILES_CODE_TABLE_H_

#include <string>

#include "absl/status/statusor.h"
#include "governance/standard/code_table.h"

namespace commons::clients {

// Reads a CSV file (RFC 4180, UTF-8) whose path is relative to `folder` and has no "..": a file in
// that folder, through no link. Errors as CodeTableReader says: what, what to do.
absl::StatusOr<governance::CodeTable> ReadCodeTable(const std::string& folder,
                                                    const std::string& path);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_CODE_TABLE_H_
