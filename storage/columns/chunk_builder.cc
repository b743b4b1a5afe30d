#include "storage/columns/chunk_builder.h"

#include "base/status.h"

namespace commons::storage {

ChunkBuilder::ChunkBuilder(const TableLayout& layout, ChunkSink* sink)
    : sink_(sink), persons_(layout.entity_header.has_value()) {
  for (const ColumnLayout& column : layout.columns) {
    Column& out = columns_.emplace_back();
    out.kind = column.kind;
    out.width = CodeWidth(column);
    const bool integers = column.kind == ColumnKind::kInteger || column.kind == ColumnKind::kDate ||
                          column.kind == ColumnKind::kBits;
    (integers ? out.integers.resize(kChunkRows) : out.codes.resize(kChunkRows));
    if (integers) out.nulls.resize(kChunkRows);
  }
  if (persons_) person_.resize(kChunkRows);
}

void ChunkBuilder::Add(absl::Span<const ColumnValue> values,
                       absl::Span<const absl::string_view> texts, uint32_t person) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    switch (column.kind) {
      case ColumnKind::kCode:
        column.codes[rows_] = static_cast<uint32_t>(values[i].number);
        break;
      case ColumnKind::kHidden:
        column.codes[rows_] = values[i].null ? kNullText : static_cast<uint32_t>(texts[i].size());
        if (values[i].null) break;
        column.hidden.append(texts[i].data(), texts[i].size());
        hidden_bytes_ += texts[i].size();
        break;
      case ColumnKind::kInteger:
      case ColumnKind::kDate:
      case ColumnKind::kBits:
        column.integers[rows_] = values[i].number;
        column.nulls[rows_] = values[i].null;
        column.any_null |= values[i].null;
        break;
    }
  }
  if (persons_) person_[rows_] = person;
  ++rows_;
}

absl::Status ChunkBuilder::Write() {
  const uint32_t chunk = first_chunk_ + static_cast<uint32_t>(chunk_rows_.size());
  if (chunk >= ChunkId::kRankSection) return absl::ResourceExhaustedError("edition: too many rows");
  for (size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    const absl::Span<const uint32_t> codes(column.codes.data(), rows_);
    std::string packed;
    if (column.kind == ColumnKind::kCode) {
      packed = PackCodes(codes, column.width);
    } else if (column.kind == ColumnKind::kHidden) {
      packed = PackTexts(codes, column.hidden);
    } else {
      packed = PackIntegers(absl::MakeConstSpan(column.integers.data(), rows_),
                            absl::MakeConstSpan(column.nulls.data(), column.any_null ? rows_ : 0));
    }
    RETURN_IF_ERROR(sink_->Write({chunk, static_cast<uint16_t>(i)}, packed));
    column.any_null = false;
    column.hidden.clear();
  }
  if (persons_) {
    RETURN_IF_ERROR(sink_->Write({chunk, ChunkId::kPersonColumn},
                                 PackIntegers(absl::MakeConstSpan(person_.data(), rows_), {})));
  }
  chunk_rows_.push_back(rows_);
  rows_ = 0;
  hidden_bytes_ = 0;
  return absl::OkStatus();
}

absl::Status ChunkBuilder::WriteRanks(absl::Span<const uint8_t> ranks) {
  size_t first = 0;
  for (uint32_t chunk = 0; chunk < chunk_rows_.size(); ++chunk) {
    const auto part = ranks.subspan(first, chunk_rows_[chunk]);
    first += part.size();
    const std::vector<int64_t> wide(part.begin(), part.end());
    RETURN_IF_ERROR(sink_->Write({ChunkId::kRankSection | chunk, ChunkId::kRankColumn},
                                 PackIntegers(wide, {})));
  }
  return absl::OkStatus();
}

}  // namespace commons::storage
