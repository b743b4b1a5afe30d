// Import of a file that lies in inbox/ as a dataset's next edition; rejected rows to outbox/.
#ifndef COMMONS_NODE_SERVICES_DATASET_IMPORT_H_
#define COMMONS_NODE_SERVICES_DATASET_IMPORT_H_

#include <functional>

#include "governance/register/register.h"
#include "node/machine/home.h"
#include "proto/local.pb.h"
#include "storage/table/table_store.h"

namespace commons::node {

// How an import ends: as the dataset's edition, or as if it had not been.
enum class ImportEnd { kCommit, kRehearse };

// All that people are told: what was taken, the name of the file with rejects (also when the import
// is refused), or a refusal in words that name the file as they did. MALFORMED: not a plain name,
// or no readable plain file in inbox/. CheckNotHeld's. UNKNOWN_DATASET: `reg` has no common
// definition of it. ROWS_REJECTED: more of them than stated, or without a statement more than the
// usual; none was accepted. Writes one line to the log, without a value of a row. Thread-safe as
// far as `tables` is. `given_up`: whoever asked has gone; then nothing changes. A file that a
// client placed in inbox/ is removed in the end, whatever came of it. Rehearsed, no rejected rows
// are written either.
v1::ImportReply ImportDataset(const Home& home, const governance::Register& reg,
                              storage::TableStore& tables, const v1::ImportRequest& request,
                              std::function<bool()> given_up = nullptr,
                              ImportEnd end = ImportEnd::kCommit);

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_DATASET_IMPORT_H_
