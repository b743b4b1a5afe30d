// For tests of this room and of those above it: a ledger's entries as they lie on disk.
#ifndef COMMONS_STORAGE_LEDGER_ENTRIES_FOR_TEST_H_
#define COMMONS_STORAGE_LEDGER_ENTRIES_FOR_TEST_H_

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rocksdb/db.h"
#include "storage/db.h"
#include "storage/ledger/entry.h"
#include "storage/record.h"

namespace commons::storage {

// Keys and values of the whole family, in key order.
inline std::vector<std::pair<std::string, std::string>> LedgerRows(const Database& db) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::unique_ptr<rocksdb::Iterator> it(
      db.raw()->NewIterator(rocksdb::ReadOptions(), db.family(Family::kLedger)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    rows.emplace_back(it->key().ToString(), it->value().ToString());
  }
  return rows;
}

inline std::vector<LedgerEntry> LedgerEntries(const Database& db) {
  std::vector<LedgerEntry> entries;
  for (const auto& [key, value] : LedgerRows(db)) {
    if (key[0] == 'e') entries.push_back(*ParseLedgerEntry(value.substr(Hash32::kSize)));
  }
  return entries;
}

// Whatever the bytes say: one more link of the chain, and its hash is right.
inline void AppendToLedger(Database& db, const std::string& entry) {
  LedgerPosition position;
  for (const auto& [key, value] : LedgerRows(db)) {
    if (key[0] != 'e') continue;
    position = {position.sequence + 1, *Hash32::FromBytes(value.substr(0, Hash32::kSize))};
  }
  position = Extend(position, entry);
  const rocksdb::Status put = db.raw()->Put({}, db.family(Family::kLedger),
                                            RecordWriter().Raw("e").U64(position.sequence).bytes(),
                                            RecordWriter().Id(position.head).Raw(entry).bytes());
  if (!put.ok()) std::abort();
}

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_LEDGER_ENTRIES_FOR_TEST_H_
