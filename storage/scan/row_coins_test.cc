#include "storage/scan/row_coins.h"

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "crypto/hash.h"
#include "crypto/random.h"
#include "gtest/gtest.h"

namespace commons::storage {
namespace {

Hash32 Key(int i) {
  std::string bytes(32, 'k');
  std::memcpy(bytes.data(), &i, sizeof(i));
  return *Hash32::FromBytes(bytes);
}

std::vector<uint64_t> Coins(const RowCoins& coins, uint64_t first, uint32_t count) {
  std::vector<uint64_t> out(count);
  coins.Fill(first, count, out.data());
  return out;
}

// Second implementation, from the words of docs/formats/rounding.md: one number after the other.
class ByTheBook {
 public:
  ByTheBook(const Hash32& key, uint64_t column) {
    crypto::ChaChaStream stream(
        crypto::FieldHasher("commons/coin/2", key.view()).AddU64(column).Finish());
    for (uint64_t& word : words_) word = stream.NextU64();
  }
  uint64_t Of(uint64_t row) const { return LookUp(2048, LookUp(0, row)); }

 private:
  uint64_t LookUp(size_t from, uint64_t number) const {
    uint64_t out = 0;
    for (int byte = 0; byte < 8; ++byte, number /= 256) {
      out ^= words_[from + 256 * byte + number % 256];
    }
    return out;
  }
  uint64_t words_[4096];
};

TEST(RowCoinsTest, AreThoseOfTheBookWhereverABlockBegins) {
  for (const uint32_t column : {0u, 3u}) {
    const RowCoins coins(Key(1), column);
    const ByTheBook book(Key(1), column);
    for (const uint64_t first :
         {uint64_t{0}, uint64_t{200}, uint64_t{65'535}, uint64_t{1} << 32, ~uint64_t{0} - 700}) {
      const std::vector<uint64_t> got = Coins(coins, first, 700);
      for (uint64_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], book.Of(first + i)) << first + i;
    }
  }
}

TEST(RowCoinsTest, TheVectorOfTheBook) {
  const RowCoins coins(Hash32(), 0);
  EXPECT_EQ(Coins(coins, 0, 2), (std::vector<uint64_t>{0xe0b3d24aad68b2ee, 0x7136041fa1720b8e}));
  EXPECT_EQ(Coins(coins, 1'000'000, 1), (std::vector<uint64_t>{0xe0c5d240521fada2}));
}

TEST(RowCoinsTest, KeysAndColumnsHaveTheirOwn) {
  const std::vector<uint64_t> coins = Coins(RowCoins(Key(1), 0), 0, 64);
  EXPECT_NE(coins, Coins(RowCoins(Key(2), 0), 0, 64));
  EXPECT_NE(coins, Coins(RowCoins(Key(1), 1), 0, 64));
}

// Rows that differ in two bytes form rectangles, over which a single look-up XORs to nothing: then
// the sum of many roundings has the variance of fair coins and far heavier tails (kurtosis 9).
TEST(RowCoinsTest, SumsOfManyRoundingsAreSpreadLikeFairCoins) {
  constexpr int kKeys = 400;
  constexpr uint32_t kRows = 1 << 16;
  for (const int bit : {63, 31}) {  // the value's coin and the square's
    double second = 0, fourth = 0, mean = 0;
    for (int key = 0; key < kKeys; ++key) {
      int64_t ones = 0;
      for (const uint64_t coin : Coins(RowCoins(Key(key), 0), 0, kRows)) ones += coin >> bit & 1;
      const double z = (ones - kRows / 2.0) / std::sqrt(kRows / 4.0);
      mean += z / kKeys;
      second += z * z / kKeys;
      fourth += z * z * z * z / kKeys;
    }
    EXPECT_LT(std::abs(mean), 4 / std::sqrt(kKeys));
    EXPECT_NEAR(second, 1, 4 * std::sqrt(2.0 / kKeys));
    EXPECT_NEAR(fourth / (second * second), 3, 4 * std::sqrt(24.0 / kKeys));
  }
}

// Pairs of bits: of neighbouring rows, of rows 256 apart, of the two halves, and around a
// rectangle.
TEST(RowCoinsTest, CoinsAreIndependent) {
  constexpr uint32_t kRows = 1 << 16;
  const std::vector<uint64_t> coins = Coins(RowCoins(Key(7), 2), 0, kRows + 512);
  const auto bit = [&](uint32_t row, int at) { return static_cast<int>(coins[row] >> at & 1); };
  int beside = 0, apart = 0, halves = 0, rectangle = 0;
  for (uint32_t row = 0; row < kRows; ++row) {
    beside += bit(row, 63) ^ bit(row + 1, 63);
    apart += bit(row, 63) ^ bit(row + 256, 63);
    halves += bit(row, 63) ^ bit(row, 31);
    rectangle += bit(row, 63) ^ bit(row + 1, 63) ^ bit(row + 256, 63) ^ bit(row + 257, 63);
  }
  const double most = 5 * std::sqrt(kRows / 4.0);
  for (const int differ : {beside, apart, halves, rectangle}) {
    EXPECT_NEAR(differ, kRows / 2.0, most);
  }
}

}  // namespace
}  // namespace commons::storage
