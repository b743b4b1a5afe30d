// The edition before, which an import replaced, as the current one again.
#ifndef COMMONS_NODE_SERVICES_DATASET_REVERT_H_
#define COMMONS_NODE_SERVICES_DATASET_REVERT_H_

#include "governance/register/register.h"
#include "proto/local.pb.h"
#include "storage/table/table_store.h"

namespace commons::node {

// What is held now, or a refusal that changed nothing. NO_DATA: no such dataset, or no edition
// before is kept. STALE: another edition is held than the request means. WRONG_STANDARD: nobody
// knows any more which common definition the edition before follows. Writes one line to the log.
// Thread-safe.
v1::RevertDatasetReply RevertDataset(const governance::Register& reg, const OrgId& owner,
                                     storage::TableStore& tables,
                                     const v1::RevertDatasetRequest& request);

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_DATASET_REVERT_H_
