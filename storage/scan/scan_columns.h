// The columns that one scan reads: the chunk at hand, and what has been made of its block at hand.
#ifndef COMMONS_STORAGE_SCAN_SCAN_COLUMNS_H_
#define COMMONS_STORAGE_SCAN_SCAN_COLUMNS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "storage/columns/chunk.h"
#include "storage/columns/layout.h"
#include "storage/scan/row_coins.h"

namespace commons::storage {

// The plain bytes of a chunk, or why there are none.
using ChunkSource =
    std::function<absl::StatusOr<std::shared_ptr<const std::string>>(const ChunkId&)>;

// Rows are worked on in blocks, which stay in the processor's cache. Not thread-safe.
inline constexpr uint32_t kBlockRows = 512;

class ScanColumns {
 public:
  explicit ScanColumns(const TableLayout& layout) : layout_(layout) {}

  // The place of a column among those read, from 0; a column has one. Also ChunkId's columns.
  size_t Use(uint16_t column);
  // Coins() will be asked of it.
  void UseCoins(size_t at, const Hash32& key);
  bool none() const { return slots_.empty(); }

  // The next chunk, in order, or the first again. kDataLoss: it does not fit the layout, or its
  // columns each other.
  absl::Status Load(uint32_t chunk, const ChunkSource& source);
  uint32_t chunk_rows() const { return chunk_rows_; }
  uint64_t rows() const { return first_row_ + chunk_rows_; }  // of the chunks so far
  // Rows [first, first + rows) of the chunk, at most kBlockRows. first is a multiple of 64.
  void StartBlock(uint32_t first, uint32_t rows);
  uint32_t first() const { return block_first_; }
  uint32_t block_rows() const { return block_rows_; }

  const ChunkView& view(size_t at) const { return slots_[at].view; }
  bool has_codes(size_t at) const { return slots_[at].code_width >= 0; }
  const ColumnLayout& layout(size_t at) const { return layout_.columns[slots_[at].id.column]; }
  // Of the block: numbers, 0 where NULL; and the coin of each row, whether it is counted or not, so
  // that a filter moves nobody else's.
  const int64_t* Numbers(size_t at);
  const uint64_t* Coins(size_t at);

 private:
  struct Slot {
    ChunkId id;           // with the chunk at hand
    int code_width = -1;  // kCode
    std::shared_ptr<const std::string> bytes;
    ChunkView view;
    std::vector<int64_t> numbers;
    bool decoded = false;
    std::optional<RowCoins> coins;
    std::vector<uint64_t> tosses;
    bool tossed = false;
  };

  const TableLayout& layout_;
  std::vector<Slot> slots_;
  uint64_t first_row_ = 0;  // of the chunk
  uint32_t chunk_rows_ = 0;
  uint32_t block_first_ = 0;
  uint32_t block_rows_ = 0;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SCAN_SCAN_COLUMNS_H_
