// Where documents and votes stand, as a node knows.
#ifndef COMMONS_CLIENTS_CLI_DOC_STANDING_H_
#define COMMONS_CLIENTS_CLI_DOC_STANDING_H_

#include "absl/status/statusor.h"
#include "clients/cli/doc_options.h"

namespace commons::clients {

// Of the target, a file or (the beginning of) an id; without one of all that is voted on.
absl::StatusOr<ExitCode> ShowStanding(const DocOptions& options);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_STANDING_H_
