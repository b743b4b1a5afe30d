// An owner's rules for a dataset, and its notice of holdings.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_DATASET_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_DATASET_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/office/draft/sources.h"

namespace commons::clients {

// Payload bytes from a spec; kInvalidArgument with its line.
absl::StatusOr<std::string> MakeOwnerPolicy(const Sources& sources);
absl::StatusOr<std::string> MakeManifest(const Sources& sources);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_DATASET_H_
