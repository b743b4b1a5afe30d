// Researchers, what they want to know, and an owner's answer to it.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_RESEARCH_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_RESEARCH_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/office/draft/sources.h"

namespace commons::clients {

// Payload bytes from a spec; kInvalidArgument with its line.
absl::StatusOr<std::string> MakeAccreditation(const Sources& sources);
absl::StatusOr<std::string> MakeProject(const Sources& sources);
absl::StatusOr<std::string> MakeProjectApproval(const Sources& sources);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_RESEARCH_H_
