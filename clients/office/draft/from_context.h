// What a draft takes from what is known where it is made.
#ifndef COMMONS_CLIENTS_OFFICE_DRAFT_FROM_CONTEXT_H_
#define COMMONS_CLIENTS_OFFICE_DRAFT_FROM_CONTEXT_H_

#include "absl/status/status.h"
#include "clients/office/draft/sources.h"
#include "clients/office/papers.h"

namespace commons::clients {

// Where no --prev is named: the versions before of whoever issues the draft (`own`, or the spec's
// `issuer`), and of what the members decided together. The errors of OrgNamed (common.h).
absl::Status TakeContext(const Papers& context, Sources& sources);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DRAFT_FROM_CONTEXT_H_
