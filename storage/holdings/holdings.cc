#include "storage/holdings/holdings.h"

#include <memory>

#include "base/status.h"
#include "rocksdb/db.h"
#include "storage/document_store.h"
#include "storage/ledger/ledger.h"
#include "storage/table/records.h"

namespace commons::storage {
namespace {

absl::StatusOr<uint64_t> CountDatasets(const Database& db) {
  if (db.family(Family::kDatasets) == nullptr) return 0;
  const std::string prefix(kDatasetKeyPrefix);
  std::unique_ptr<rocksdb::Iterator> it(
      db.raw()->NewIterator(rocksdb::ReadOptions(), db.family(Family::kDatasets)));
  uint64_t count = 0;
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) ++count;
  RETURN_IF_ERROR(FromRocks(it->status(), "datasets"));
  return count;
}

}  // namespace

absl::StatusOr<Holdings> HoldingsOf(const Database& db, const OrgId& org) {
  Holdings holdings;
  ASSIGN_OR_RETURN(holdings.documents, DocumentStore::CountEntries(db, org));
  ASSIGN_OR_RETURN(holdings.ledger_entries, Ledger::CountEntries(db));
  ASSIGN_OR_RETURN(holdings.datasets, CountDatasets(db));
  return holdings;
}

absl::StatusOr<Holdings> ReadHoldings(const std::string& dir, const OrgId& org) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Database> db, Database::OpenToRead(dir));
  if (db == nullptr) return Holdings();
  return HoldingsOf(*db, org);
}

}  // namespace commons::storage
