// What the members decide together, and what each says to it.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_COMMONS_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_COMMONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/office/draft/sources.h"

namespace commons::clients {

// Payload bytes from a spec; kInvalidArgument with its line.
absl::StatusOr<std::string> MakeCharter(const Sources& sources);
absl::StatusOr<std::string> MakeMembership(const Sources& sources);
absl::StatusOr<std::string> MakeStandard(const Sources& sources);
absl::StatusOr<std::string> MakeCommonsPolicy(const Sources& sources);
absl::StatusOr<std::string> MakeApproval(const Sources& sources);
absl::StatusOr<std::string> MakeWithdrawal(const Sources& sources);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_COMMONS_H_
