#include "storage/scan/scan_columns.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace commons::storage {

size_t ScanColumns::Use(uint16_t column) {
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].id.column == column) return i;
  }
  Slot& slot = slots_.emplace_back();
  slot.id.column = column;
  const bool codes =
      column < layout_.columns.size() && layout_.columns[column].kind == ColumnKind::kCode;
  if (codes) {
    slot.code_width = CodeWidth(layout_.columns[column]);
  } else {
    slot.numbers.resize(kBlockRows);
  }
  return slots_.size() - 1;
}

void ScanColumns::UseCoins(size_t at, const Hash32& key) {
  Slot& slot = slots_[at];
  if (slot.coins) return;
  slot.coins.emplace(key, slot.id.column);
  slot.tosses.resize(kBlockRows);
}

absl::Status ScanColumns::Load(uint32_t chunk, const ChunkSource& source) {
  first_row_ = chunk == 0 ? 0 : first_row_ + chunk_rows_;
  for (Slot& slot : slots_) {
    const bool rank = slot.id.column == ChunkId::kRankColumn;
    slot.id.chunk = rank ? ChunkId::kRankSection | chunk : chunk;
    ASSIGN_OR_RETURN(slot.bytes, source(slot.id));
    ASSIGN_OR_RETURN(slot.view, ChunkView::Parse(*slot.bytes));
    if (slot.view.rows() != slots_.front().view.rows() ||
        slot.view.holds_codes() != (slot.code_width >= 0) ||
        (slot.code_width >= 0 && slot.view.width() != slot.code_width)) {
      return absl::DataLossError(
          absl::StrCat("chunk ", chunk, " of column ", slot.id.column, " does not fit its table"));
    }
  }
  chunk_rows_ = slots_.front().view.rows();
  return absl::OkStatus();
}

void ScanColumns::StartBlock(uint32_t first, uint32_t rows) {
  block_first_ = first;
  block_rows_ = rows;
  for (Slot& slot : slots_) slot.decoded = slot.tossed = false;
}

const int64_t* ScanColumns::Numbers(size_t at) {
  Slot& slot = slots_[at];
  if (!slot.decoded) {
    slot.view.ReadIntegers(block_first_, block_rows_, slot.numbers.data());
    if (slot.view.least() != 0) {  // NULL is packed as the least value
      slot.view.EachNull(block_first_, block_rows_, [&](uint32_t i) { slot.numbers[i] = 0; });
    }
    slot.decoded = true;
  }
  return slot.numbers.data();
}

const uint64_t* ScanColumns::Coins(size_t at) {
  Slot& slot = slots_[at];
  if (!slot.tossed) slot.coins->Fill(first_row_ + block_first_, block_rows_, slot.tosses.data());
  slot.tossed = true;
  return slot.tosses.data();
}

}  // namespace commons::storage
