// The coin that rounds a row's value in one column (docs/formats/rounding.md): a function of the
// key, the column and the row's key alone, in tables that any engine can look up and XOR.
#ifndef COMMONS_STORAGE_SCAN_ROW_COINS_H_
#define COMMONS_STORAGE_SCAN_ROW_COINS_H_

#include <array>
#include <cstdint>

#include "base/ids.h"

namespace commons::storage {

// Double tabulation (Thorup, "Simple Tabulation, Fast Expanders, Double Tabulation, and High
// Independence", 2013). 32 KiB. Const methods are thread-safe.
class RowCoins {
 public:
  // column: its index in the layout.
  RowCoins(const Hash32& key, uint32_t column);

  // 64 uniform bits for each of the rows [first, first + count).
  void Fill(uint64_t first, uint32_t count, uint64_t* out) const;

 private:
  using Tables = std::array<std::array<uint64_t, 256>, 8>;  // one for each byte of a number
  Tables inner_;                                            // of the row's key
  Tables outer_;                                            // of what inner_ gives
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SCAN_ROW_COINS_H_
