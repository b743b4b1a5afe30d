// Vectors of values as bytes (docs/formats/aggregation.md): little-endian, two's complement.
#ifndef COMMONS_QUERY_RELEASE_WIRE_H_
#define COMMONS_QUERY_RELEASE_WIRE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "governance/document/refusal.h"

namespace commons::query {

inline constexpr size_t kMaskedBytes = 8;  // a value mod 2^64
inline constexpr size_t kExactBytes = 16;  // an int128

// What one member may say of an exact value lies below this on either side, so that the sum of as
// many as there can be fits an int128.
inline constexpr absl::int128 kExactEnd = absl::int128(1) << 119;
static_assert(limits::kMembers <= 256);

inline void AppendLittleEndian(uint64_t value, std::string& out) {
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(value >> shift));
}

inline uint64_t ReadLittleEndian(const char* from) {
  uint64_t value = 0;
  for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(from[i]);
  return value;
}

// Exactly `count` values, else MALFORMED. Masked values come back as signed 64-bit integers.
inline absl::StatusOr<std::vector<absl::int128>> DecodeValues(absl::string_view bytes, size_t count,
                                                              bool open) {
  const size_t width = open ? kExactBytes : kMaskedBytes;
  if (bytes.size() != count * width) {
    return governance::Refuse(v1::MALFORMED, absl::StrCat("vector: ", bytes.size(),
                                                          " bytes, the "
                                                          "question has ",
                                                          count, " values"));
  }
  std::vector<absl::int128> values(count);
  for (size_t i = 0; i < count; ++i) {
    const char* from = bytes.data() + i * width;
    const uint64_t low = ReadLittleEndian(from);
    values[i] = open ? absl::MakeInt128(static_cast<int64_t>(ReadLittleEndian(from + 8)), low)
                     : absl::int128(static_cast<int64_t>(low));
  }
  return values;
}

// Those of one member: as above, and MALFORMED for an exact value that could make a sum overflow.
inline absl::StatusOr<std::vector<absl::int128>> DecodeContribution(absl::string_view bytes,
                                                                    size_t count, bool open) {
  auto values = DecodeValues(bytes, count, open);
  if (!values.ok() || !open) return values;
  for (const absl::int128& value : *values) {
    if (-kExactEnd < value && value < kExactEnd) continue;
    return governance::Refuse(v1::MALFORMED, "vector: a value of 2^119 or more");
  }
  return values;
}

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_WIRE_H_
