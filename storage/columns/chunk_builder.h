// Collects one chunk of every column and hands them to the sink when full.
#ifndef COMMONS_STORAGE_COLUMNS_CHUNK_BUILDER_H_
#define COMMONS_STORAGE_COLUMNS_CHUNK_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "storage/columns/chunk.h"
#include "storage/columns/layout.h"

namespace commons::storage {

// Not thread-safe. `sink` must outlive it.
class ChunkBuilder {
 public:
  ChunkBuilder(const TableLayout& layout, ChunkSink* sink);

  // Before the first Write(): the number of the first chunk, if not 0.
  void StartAt(uint32_t chunk) { first_chunk_ = chunk; }
  // One value per column, which fits it: NULL comes as the code after the last one, or as 0. texts
  // are used for kHidden only. person: ignored without an entity column.
  void Add(absl::Span<const ColumnValue> values, absl::Span<const absl::string_view> texts,
           uint32_t person);
  // Whether the chunk must be written before the next row: 64 Ki rows, or much hidden text.
  bool full() const { return rows_ == kChunkRows || hidden_bytes_ >= kHiddenBytes; }
  bool empty() const { return rows_ == 0; }
  absl::Status Write();
  // After the last Write(): the ranks of all rows, in chunks of the same sizes.
  absl::Status WriteRanks(absl::Span<const uint8_t> ranks);

 private:
  static constexpr size_t kHiddenBytes = 8 << 20;
  struct Column {
    ColumnKind kind;
    int width;  // kCode
    bool any_null = false;
    std::vector<uint32_t> codes;  // or lengths of hidden texts
    std::vector<int64_t> integers;
    std::vector<uint8_t> nulls;
    std::string hidden;
  };

  ChunkSink* const sink_;
  const bool persons_;
  std::vector<Column> columns_;
  std::vector<int64_t> person_;
  uint32_t first_chunk_ = 0;
  uint32_t rows_ = 0;
  size_t hidden_bytes_ = 0;
  std::vector<uint32_t> chunk_rows_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_COLUMNS_CHUNK_BUILDER_H_
