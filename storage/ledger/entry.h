// One link of the ledger's hash chain, as bytes (docs/formats/ledger.md).
#ifndef COMMONS_STORAGE_LEDGER_ENTRY_H_
#define COMMONS_STORAGE_LEDGER_ENTRY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "storage/ledger/charge.h"

namespace commons::storage {

// The newest entry of a chain: how many there are, and a hash of them all. Zero before the first.
struct LedgerPosition {
  uint64_t sequence = 0;
  Hash32 head;
};

struct LedgerEntry {
  // Version 1 of a reservation is read for ever and written no more. The other kinds are version 2;
  // a final entry is the same in both.
  enum Kind : uint64_t { kReserveVersion1 = 1, kFinalise = 2, kReserve = 3 };
  Kind kind = kReserve;
  int64_t at_micros = 0;  // since 1970 UTC; never less than the entry before
  LedgerCharge charge;    // kFinalise: query and attempt only
};

std::string Serialize(const LedgerEntry& entry);
// kDataLoss for anything that Serialize does not write (of kReserveVersion1, wrote); the message
// goes on after "entry 3 ".
absl::StatusOr<LedgerEntry> ParseLedgerEntry(absl::string_view bytes);
// The head after `entry`: H("commons ledger v1", head before, sequence, entry).
LedgerPosition Extend(const LedgerPosition& before, absl::string_view entry);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_LEDGER_ENTRY_H_
