// Files on their way into a node's inbox/, a directory in which others may write too.
#ifndef COMMONS_CLIENTS_OFFICE_INBOX_H_
#define COMMONS_CLIENTS_OFFICE_INBOX_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace commons::clients {

// Puts the file there under a name that nobody can foresee, and returns that name. Linked where
// possible, since a CSV may be large. Errors: kInvalidArgument, naming `from`.
absl::StatusOr<std::string> PlaceInInbox(const std::string& from, const std::string& inbox);

// Its bytes and permissions as a new file; kInvalidArgument, naming `from`, also when anything is
// there already, be it a link to nowhere.
absl::Status CopyAsNew(const std::string& from, const std::string& to);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_INBOX_H_
