#include "storage/scan/addends.h"

#include <algorithm>
#include <array>

namespace commons::storage {
namespace {

constexpr int64_t kNarrowSum = int64_t{1} << 46;
constexpr int64_t kNarrowRoot = 11'000'000;  // 64 Ki squares fit 63 bits

}  // namespace

Addends::Addends(const ScanMeasure& what, size_t at, ScanColumns* columns)
    : what_(what), at_(at), columns_(columns) {
  if (what.kind != ScanMeasure::kSum) addends_.resize(kBlockRows);
}

bool Addends::Wide() const {
  const bool squares = what_.kind == ScanMeasure::kSumSquares;
  if (!squares && what_.kind != ScanMeasure::kSum) return false;
  const int64_t bound = squares ? kNarrowRoot : kNarrowSum;
  const ChunkView& view = columns_->view(at_);
  return view.least() <= -bound || view.most() >= bound || view.least() > view.most();
}

void Addends::MarkValues() {
  const uint32_t first = columns_->first();
  const uint32_t rows = columns_->block_rows();
  if (!columns_->has_codes(at_)) {
    std::fill_n(addends_.begin(), rows, 1);
    columns_->view(at_).EachNull(first, rows, [&](uint32_t i) { addends_[i] = 0; });
    return;
  }
  const uint32_t null = columns_->layout(at_).code_count;
  std::array<uint32_t, kBlockRows> codes;
  columns_->view(at_).ReadCodes(first, rows, codes.data());
  for (uint32_t i = 0; i < rows; ++i) addends_[i] = codes[i] < null;
}

template <Quantizer kQuantizer>
void Addends::QuantizeAll() {
  const uint32_t rows = columns_->block_rows();
  const int64_t* const values = columns_->Numbers(at_);
  const uint64_t* const coins = columns_->Coins(at_);
  const int64_t low = what_.low;
  const int64_t high = what_.high;
  for (uint32_t i = 0; i < rows; ++i) {
    addends_[i] = Quantize(kQuantizer, values[i], low, high, coins[i]);
  }
  columns_->view(at_).EachNull(columns_->first(), rows, [&](uint32_t i) { addends_[i] = 0; });
}

const int64_t* Addends::OfBlock() {
  switch (what_.kind) {
    case ScanMeasure::kCountRows:
    case ScanMeasure::kCountPersons:
      break;
    case ScanMeasure::kCountValues:
      MarkValues();
      break;
    case ScanMeasure::kQuantizedSum:
      if (what_.quantizer == Quantizer::kStep) {
        QuantizeAll<Quantizer::kStep>();
      } else {
        QuantizeAll<Quantizer::kSquare>();
      }
      break;
    case ScanMeasure::kSum:
      return columns_->Numbers(at_);
    case ScanMeasure::kSumSquares: {
      const int64_t* const roots = columns_->Numbers(at_);
      const uint32_t rows = columns_->block_rows();
      for (uint32_t i = 0; i < rows; ++i) addends_[i] = roots[i] * roots[i];
      break;
    }
  }
  return addends_.data();
}

}  // namespace commons::storage
