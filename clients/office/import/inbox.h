// Files on their way into a node's inbox/, a directory in which others may write too.
#ifndef COMMONS_CLIENTS_OFFICE_IMPORT_INBOX_H_
#define COMMONS_CLIENTS_OFFICE_IMPORT_INBOX_H_

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace commons::clients {

// Puts the file there under a name that nobody can foresee, and returns that name, so that the
// daemon can read it: linked where possible, since a CSV may be large; copied, for the inbox's
// group, when the inbox is another user's. Errors: kInvalidArgument, naming `from`.
absl::StatusOr<std::string> PlaceInInbox(const std::string& from, const std::string& inbox);

// Its bytes and permissions as a new file, or for this user and the group `readers`, of which the
// user must be; kInvalidArgument, naming `from`, also when anything is there already, be it a link
// to nowhere.
absl::Status CopyAsNew(const std::string& from, const std::string& to,
                       std::optional<gid_t> readers = std::nullopt);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_IMPORT_INBOX_H_
