// Values onto the public grid of a sum (docs/formats/rounding.md): exact integers, unbiased.
// Inline: they run once per row.
#ifndef COMMONS_BASE_QUANTIZE_H_
#define COMMONS_BASE_QUANTIZE_H_

#include <algorithm>
#include <cstdint>

#include "absl/numeric/bits.h"
#include "absl/numeric/int128.h"

namespace commons {

namespace internal {

// Whether a uniform coin falls below remainder/divisor; off by less than 2^-60.
// remainder < divisor.
inline bool CoinBelow(uint64_t remainder, uint64_t divisor, uint64_t coin) {
  return absl::Uint128High64(absl::uint128(coin) * divisor) < remainder;
}

}  // namespace internal

// All arguments are values of the column in its scaled integer unit, |x| <= 2^53, low <= high.
// `coin`: 64 uniform bits that depend on the row and column through a keyed function, so that the
// same row is rounded the same way every time.

// (clip(value) - mid) / step with step = (high - low) / 64: in -32..32, its expectation over coins
// exact. 0 when low == high.
inline int32_t QuantizeStep(int64_t value, int64_t low, int64_t high, uint64_t coin) {
  const uint64_t range = static_cast<uint64_t>(high - low);
  if (range == 0) return 0;
  const uint64_t scaled = 64 * static_cast<uint64_t>(std::clamp(value, low, high) - low);
  return static_cast<int32_t>(scaled / range) - 32 +
         internal::CoinBelow(scaled % range, range, coin);
}

// 64 * ((clip(value) - mid) / H)^2 - 32 with H = (high - low) / 2: in -32..32, its expectation over
// coins exact. 0 when low == high. The coin must be independent of QuantizeStep's for the same row.
inline int32_t QuantizeSquare(int64_t value, int64_t low, int64_t high, uint64_t coin) {
  const uint64_t range = static_cast<uint64_t>(high - low);
  if (range == 0) return 0;
  const int64_t twice = 2 * std::clamp(value, low, high) - low - high;
  const uint64_t distance = static_cast<uint64_t>(twice < 0 ? -twice : twice);
  if (range < uint64_t{1} << 29) {  // 64 * range^2 fits in 64 bits
    const uint64_t scaled = 64 * distance * distance, square = range * range;
    return static_cast<int32_t>(scaled / square) - 32 +
           internal::CoinBelow(scaled % square, square, coin);
  }
  const absl::uint128 square = absl::uint128(range) * range;
  const absl::uint128 scaled = absl::uint128(distance) * distance * 64;
  const absl::uint128 remainder = scaled % square;
  const int shift = static_cast<int>(absl::bit_width(absl::Uint128High64(square)));
  return static_cast<int32_t>(absl::Uint128Low64(scaled / square)) - 32 +
         internal::CoinBelow(absl::Uint128Low64(remainder >> shift),
                             absl::Uint128Low64(square >> shift), coin);
}

// What a row adds to a protected sum.
enum class Quantizer : uint8_t {
  kStep,    // of SUM: QuantizeStep
  kSquare,  // of squares: QuantizeSquare
};

// A row and column have one coin, of which both quantizers look at the top. The square gets the
// halves the other way round: independent of the step's rounding, to 2^-32.
inline int32_t Quantize(Quantizer quantizer, int64_t value, int64_t low, int64_t high,
                        uint64_t coin) {
  if (quantizer == Quantizer::kStep) return QuantizeStep(value, low, high, coin);
  return QuantizeSquare(value, low, high, coin << 32 | coin >> 32);
}

}  // namespace commons

#endif  // COMMONS_BASE_QUANTIZE_H_
