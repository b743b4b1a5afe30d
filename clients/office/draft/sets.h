// What stands on no chain: stops, their end, a key's end, a seat that will not sign, or objects.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_SETS_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_SETS_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/office/draft/sources.h"

namespace commons::clients {

// Payload bytes from a spec; kInvalidArgument with its line.
absl::StatusOr<std::string> MakeFreeze(const Sources& sources);
absl::StatusOr<std::string> MakeLift(const Sources& sources);
absl::StatusOr<std::string> MakeDecline(const Sources& sources);
absl::StatusOr<std::string> MakeRevocation(const Sources& sources);
absl::StatusOr<std::string> MakeObjection(const Sources& sources);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_SETS_H_
