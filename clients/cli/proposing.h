// What `commons doc propose` checks and adds beside common rules.
#ifndef COMMONS_CLIENTS_CLI_PROPOSING_H_
#define COMMONS_CLIENTS_CLI_PROPOSING_H_

#include "absl/status/status.h"
#include "clients/cli/doc_options.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// Departures and a suspension, by the members' names.
absl::Status AddMembership(const DocOptions& options, const governance::Register& reg,
                           v1::Resolution& resolution);

// kFailedPrecondition where a proposal splits the votes, unless --rival, or could have no vote that
// it needs. Warns of what it goes beside.
absl::Status CheckRivals(const DocOptions& options, const governance::Register& reg);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_PROPOSING_H_
