#include "storage/table/accumulator.h"

#include <algorithm>

#include "absl/status/status.h"

namespace commons::storage {
namespace {

constexpr uint64_t kBitmapBits = uint64_t{64} << 23;

}  // namespace

Accumulator::Accumulator(size_t cells)
    : stride_(cells <= kLanedCells ? cells + 1 : 0),
      lanes_(stride_ * (kLanes - 1) + cells + 1),
      totals_(cells + 1) {}

template <typename Addend>
void Accumulator::Each(absl::Span<const uint32_t> cells, Addend addend) {
  int64_t* const lane0 = lanes_.data();
  int64_t* const lane1 = lane0 + stride_;
  int64_t* const lane2 = lane1 + stride_;
  int64_t* const lane3 = lane2 + stride_;
  size_t i = 0;
  for (; i + kLanes <= cells.size(); i += kLanes) {
    lane0[cells[i]] += addend(i);
    lane1[cells[i + 1]] += addend(i + 1);
    lane2[cells[i + 2]] += addend(i + 2);
    lane3[cells[i + 3]] += addend(i + 3);
  }
  for (; i < cells.size(); ++i) lane0[cells[i]] += addend(i);
}

void Accumulator::Count(absl::Span<const uint32_t> cells) {
  Each(cells, [](size_t) { return int64_t{1}; });
}

void Accumulator::Add(absl::Span<const uint32_t> cells, const int64_t* addends) {
  Each(cells, [=](size_t i) { return addends[i]; });
}

void Accumulator::AddSquares(absl::Span<const uint32_t> cells, const int64_t* roots) {
  Each(cells, [=](size_t i) { return roots[i] * roots[i]; });
}

void Accumulator::AddWide(absl::Span<const uint32_t> cells, const int64_t* addends) {
  for (size_t i = 0; i < cells.size(); ++i) AddTotal(cells[i], addends[i]);
}

void Accumulator::AddWideSquares(absl::Span<const uint32_t> cells, const int64_t* roots) {
  for (size_t i = 0; i < cells.size(); ++i) {
    AddTotal(cells[i], static_cast<__int128>(roots[i]) * roots[i]);
  }
}

void Accumulator::Flush() {
  for (size_t i = 0; i < lanes_.size(); ++i) AddTotal(i % totals_.size(), lanes_[i]);
  std::fill(lanes_.begin(), lanes_.end(), 0);
}

absl::StatusOr<std::vector<absl::int128>> Accumulator::Finish() {
  Flush();
  if (overflow_) return absl::OutOfRangeError("scan: a sum does not fit 128 bits");
  return std::vector<absl::int128>(totals_.begin(), totals_.end() - 1);
}

DistinctPersons::DistinctPersons(uint64_t persons, size_t cells)
    : persons_(persons), cells_(cells) {
  if (persons <= kBitmapBits / cells) seen_.resize((persons * cells + 63) / 64);
}

absl::Status DistinctPersons::Add(absl::Span<const uint32_t> cells, const int64_t* persons) {
  for (size_t i = 0; i < cells.size(); ++i) {
    const uint64_t person = static_cast<uint64_t>(persons[i]);
    if (person >= persons_) return absl::DataLossError("scan: a person who does not exist");
    if (cells[i] == cells_) continue;
    const uint64_t at = person * cells_ + cells[i];
    if (seen_.empty()) {
      pairs_.push_back(at);
    } else {
      seen_[at / 64] |= uint64_t{1} << (at % 64);
    }
  }
  return absl::OkStatus();
}

std::vector<absl::int128> DistinctPersons::Finish() {
  std::vector<uint64_t> counts(cells_);
  for (size_t word = 0; word < seen_.size(); ++word) {
    for (uint64_t left = seen_[word]; left != 0; left &= left - 1) {
      ++counts[(word * 64 + __builtin_ctzll(left)) % cells_];
    }
  }
  std::sort(pairs_.begin(), pairs_.end());
  const auto last = std::unique(pairs_.begin(), pairs_.end());
  for (auto pair = pairs_.begin(); pair != last; ++pair) ++counts[*pair % cells_];
  return std::vector<absl::int128>(counts.begin(), counts.end());
}

}  // namespace commons::storage
