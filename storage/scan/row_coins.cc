#include "storage/scan/row_coins.h"

#include <algorithm>

#include "crypto/hash.h"
#include "crypto/random.h"

namespace commons::storage {
namespace {

inline uint64_t ByteOf(uint64_t number, int byte) { return number >> (8 * byte) & 255; }

}  // namespace

RowCoins::RowCoins(const Hash32& key, uint32_t column) {
  crypto::ChaChaStream stream(
      crypto::FieldHasher("commons/coin/2", key.view()).AddU64(column).Finish());
  for (Tables* tables : {&inner_, &outer_}) {
    for (auto& table : *tables) {
      for (uint64_t& entry : table) entry = stream.NextU64();
    }
  }
}

void RowCoins::Fill(uint64_t first, uint32_t count, uint64_t* out) const {
  for (uint32_t i = 0; i < count;) {
    // All but the lowest byte stay the same for up to 256 rows.
    uint64_t upper = 0;
    for (int byte = 1; byte < 8; ++byte) upper ^= inner_[byte][ByteOf(first + i, byte)];
    const uint64_t low = ByteOf(first + i, 0);
    const uint32_t rows = std::min(count - i, static_cast<uint32_t>(256 - low));
    for (uint32_t row = 0; row < rows; ++row) {
      const uint64_t inner = upper ^ inner_[0][low + row];
      uint64_t coin = 0;
      for (int byte = 0; byte < 8; ++byte) coin ^= outer_[byte][ByteOf(inner, byte)];
      out[i + row] = coin;
    }
    i += rows;
  }
}

}  // namespace commons::storage
