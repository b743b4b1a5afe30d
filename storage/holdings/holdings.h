// How much a database holds of what only ever grows: a copy that lost a part can be told from it.
#ifndef COMMONS_STORAGE_HOLDINGS_HOLDINGS_H_
#define COMMONS_STORAGE_HOLDINGS_HOLDINGS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "storage/db.h"

namespace commons::storage {

struct Holdings {
  uint64_t documents = 0;       // entries of one organisation's log
  uint64_t ledger_entries = 0;  // of all datasets
  uint64_t datasets = 0;        // ever held, dropped ones included
  bool operator==(const Holdings&) const = default;
};

// Counts what is there; nothing is opened or verified. kDataLoss: a number is damaged.
absl::StatusOr<Holdings> HoldingsOf(const Database& db, const OrgId& org);

// The same of a database that nobody has open yet, zeros where there is none. Changes no file: an
// ordinary open removes for good what the list of files (MANIFEST) no longer names, also when it is
// that list which was damaged. Errors are Database::Open's.
absl::StatusOr<Holdings> ReadHoldings(const std::string& dir, const OrgId& org);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_HOLDINGS_HOLDINGS_H_
