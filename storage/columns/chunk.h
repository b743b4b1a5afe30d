// A column chunk: up to 64 Ki rows of one column, packed (docs/formats/columns.md). Chunks are
// filled by ChunkBuilder, sealed and stored by the table store, and read in blocks by the scan.
#ifndef COMMONS_STORAGE_COLUMNS_CHUNK_H_
#define COMMONS_STORAGE_COLUMNS_CHUNK_H_

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "storage/columns/layout.h"

namespace commons::storage {

inline constexpr uint32_t kChunkRows = 1 << 16;

// Which chunk of which column. Orders by section, chunk, column: ranks are known only after the
// last row, so they form a second section and the whole stream stays in ascending order.
struct ChunkId {
  static constexpr uint16_t kPersonColumn = 0xfffe;
  static constexpr uint16_t kRankColumn = 0xffff;
  static constexpr uint32_t kRankSection = uint32_t{1} << 31;

  uint32_t chunk = 0;  // kRankSection | chunk for ranks
  uint16_t column = 0;

  auto operator<=>(const ChunkId&) const = default;
};

// Receives chunks in ascending order of their id.
class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  virtual absl::Status Write(const ChunkId& id, absl::string_view plain) = 0;
};

// width: bits per code, fixed by the column's code list and not by the data.
std::string PackCodes(absl::Span<const uint32_t> codes, int width);
// Frame of reference; nulls is empty or holds one flag per row.
std::string PackIntegers(absl::Span<const int64_t> values, absl::Span<const uint8_t> nulls);
// lengths: one per row (kNullText for NULL), their texts concatenated in `bytes`.
inline constexpr uint32_t kNullText = 0xffffffff;
std::string PackTexts(absl::Span<const uint32_t> lengths, absl::string_view bytes);

// Bits that a kCode column's codes take, NULL included; 0 for the other kinds.
int CodeWidth(const ColumnLayout& column);

// A view of a packed code or integer chunk; the bytes must outlive it. Thread-safe.
class ChunkView {
 public:
  // kDataLoss when the bytes are not a whole chunk of codes or integers.
  static absl::StatusOr<ChunkView> Parse(absl::string_view plain);

  uint32_t rows() const { return rows_; }
  bool has_nulls() const { return nulls_ != nullptr; }
  // Every value lies in [least(), most()] (of the frame, so perhaps wider than the data).
  int64_t least() const { return base_; }
  int64_t most() const {
    return static_cast<int64_t>(static_cast<uint64_t>(base_) + (uint64_t{1} << width_) - 1);
  }
  bool holds_codes() const { return codes_; }
  int width() const { return width_; }

  // Reads rows [first, first + count) into out, which has room for count rounded up to a multiple
  // of 8. first is a multiple of 64. Codes only from chunks of at most 32 bits.
  void ReadCodes(uint32_t first, uint32_t count, uint32_t* out) const;
  // out[i] += table[x], x the code, or the integer less least(), as NULL is too; the table has
  // 2^width() entries. Only from chunks of at most 32 bits.
  void AddMapped(uint32_t first, uint32_t count, const uint32_t* table, uint32_t* out) const;
  void ReadIntegers(uint32_t first, uint32_t count, int64_t* out) const;
  // Bit i of the word: row first + i is NULL. first is a multiple of 64.
  uint64_t NullWord(uint32_t first) const;
  // Calls use(i) for each i < count where row first + i is NULL. first is a multiple of 64.
  template <typename Use>
  void EachNull(uint32_t first, uint32_t count, Use use) const;

 private:
  const uint8_t* packed_ = nullptr;
  const uint8_t* nulls_ = nullptr;
  uint32_t rows_ = 0;
  int width_ = 0;
  bool codes_ = false;
  int64_t base_ = 0;
};

template <typename Use>
void ChunkView::EachNull(uint32_t first, uint32_t count, Use use) const {
  if (!has_nulls()) return;
  for (uint32_t at = 0; at < count; at += 64) {
    for (uint64_t left = NullWord(first + at); left != 0; left &= left - 1) {
      const uint32_t i = at + static_cast<uint32_t>(std::countr_zero(left));
      if (i < count) use(i);
    }
  }
}

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_COLUMNS_CHUNK_H_
