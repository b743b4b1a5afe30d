// Cards, how to reach a node, an organisation's leave, and invitations.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_ORGANISATION_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_ORGANISATION_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/office/draft/sources.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// Payload bytes from a spec; kInvalidArgument with its line.
absl::StatusOr<std::string> MakeOrgRoot(const Sources& sources);
absl::StatusOr<std::string> MakeRecovery(const Sources& sources);
absl::StatusOr<std::string> MakeNodeInfo(const Sources& sources);
absl::StatusOr<std::string> MakeLeave(const Sources& sources);
absl::StatusOr<v1::Invitation> MakeInvitationDraft(const Sources& sources);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_ORGANISATION_H_
