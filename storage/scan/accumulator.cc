#include "storage/scan/accumulator.h"

#include <algorithm>
#include <array>
#include <bit>

#include "absl/status/status.h"

namespace commons::storage {
namespace {

constexpr uint64_t kBitmapBits = uint64_t{64} << 23;

}  // namespace

Accumulator::Accumulator(size_t cells, size_t sums)
    : entries_(sums + 1),
      lane_entries_(cells <= kLanedCells ? (cells + 1) * entries_ : 0),
      lanes_(lane_entries_ * (kLanes - 1) + (cells + 1) * entries_),
      totals_((cells + 1) * entries_) {}

template <size_t kSums>
void Accumulator::AddTo(absl::Span<const uint32_t> cells, const int64_t* const* addends) {
  const uint32_t* const cell = cells.data();
  int64_t* const lanes = lanes_.data();
  const size_t lane_entries = lane_entries_;
  std::array<const int64_t*, kSums> from;
  for (size_t sum = 0; sum < kSums; ++sum) from[sum] = addends[sum];
  const auto add = [&](size_t lane, size_t i) {
    int64_t* const to = lanes + lane * lane_entries + cell[i] * (kSums + 1);
    ++to[0];
    for (size_t sum = 0; sum < kSums; ++sum) to[sum + 1] += from[sum][i];
  };
  size_t i = 0;
  for (; i + kLanes <= cells.size(); i += kLanes) {
    add(0, i);
    add(1, i + 1);
    add(2, i + 2);
    add(3, i + 3);
  }
  for (; i < cells.size(); ++i) add(0, i);
}

// A table of one cell needs no looking up: a mask, which compilers turn into vector instructions.
template <size_t kSums>
void Accumulator::AddToOneCell(absl::Span<const uint32_t> cells, const int64_t* const* addends) {
  const uint32_t* const cell = cells.data();
  const size_t rows = cells.size();
  int64_t inside = 0;
  for (size_t i = 0; i < rows; ++i) inside += cell[i] == 0;
  lanes_[0] += inside;
  for (size_t sum = 0; sum < kSums; ++sum) {
    const int64_t* const from = addends[sum];
    int64_t total = 0;
    for (size_t i = 0; i < rows; ++i) total += from[i] & -static_cast<int64_t>(cell[i] == 0);
    lanes_[sum + 1] += total;
  }
}

template <size_t kSums>
void Accumulator::AddRows(absl::Span<const uint32_t> cells, const int64_t* const* addends) {
  const bool one_cell = totals_.size() == 2 * entries_;
  one_cell ? AddToOneCell<kSums>(cells, addends) : AddTo<kSums>(cells, addends);
}

void Accumulator::Add(absl::Span<const uint32_t> cells, absl::Span<const int64_t* const> addends) {
  static_assert(kSumsMax == 3);
  switch (addends.size()) {
    case 0:
      return AddRows<0>(cells, addends.data());
    case 1:
      return AddRows<1>(cells, addends.data());
    case 2:
      return AddRows<2>(cells, addends.data());
    case 3:
      return AddRows<3>(cells, addends.data());
  }
}

void Accumulator::AddWide(size_t sum, absl::Span<const uint32_t> cells, const int64_t* addends) {
  for (size_t i = 0; i < cells.size(); ++i) AddTotal(cells[i] * entries_ + sum + 1, addends[i]);
}

void Accumulator::AddWideSquares(size_t sum, absl::Span<const uint32_t> cells,
                                 const int64_t* roots) {
  for (size_t i = 0; i < cells.size(); ++i) {
    AddTotal(cells[i] * entries_ + sum + 1, static_cast<__int128>(roots[i]) * roots[i]);
  }
}

void Accumulator::Flush() {
  for (size_t i = 0; i < lanes_.size(); ++i) AddTotal(i % totals_.size(), lanes_[i]);
  std::fill(lanes_.begin(), lanes_.end(), 0);
}

std::vector<absl::int128> Accumulator::Totals(size_t entry) const {
  std::vector<absl::int128> out;
  for (size_t at = entry; at + entries_ < totals_.size(); at += entries_) {
    out.push_back(totals_[at]);
  }
  return out;
}

std::vector<absl::int128> Accumulator::Rows() const { return Totals(0); }

absl::StatusOr<std::vector<absl::int128>> Accumulator::Sums(size_t sum) const {
  if (overflow_) return absl::OutOfRangeError("scan: a sum does not fit 128 bits");
  return Totals(sum + 1);
}

DistinctPersons::DistinctPersons(uint64_t persons, size_t cells)
    : persons_(persons), cells_(cells), words_(persons / 64 + 1) {
  if (persons <= kBitmapBits / (cells + 1)) seen_.resize((cells + 1) * words_);
}

absl::Status DistinctPersons::Add(absl::Span<const uint32_t> cells, const int64_t* persons) {
  for (size_t i = 0; i < cells.size(); ++i) {
    const uint64_t person = static_cast<uint64_t>(persons[i]);
    if (person >= persons_) return absl::DataLossError("scan: a person who does not exist");
    if (seen_.empty()) {
      pairs_.push_back(person * (cells_ + 1) + cells[i]);
    } else {
      seen_[cells[i] * words_ + person / 64] |= uint64_t{1} << (person % 64);
    }
  }
  return absl::OkStatus();
}

std::vector<absl::int128> DistinctPersons::Finish() {
  std::vector<uint64_t> counts(cells_ + 1);
  for (size_t word = 0; word < seen_.size(); ++word) {
    counts[word / words_] += std::popcount(seen_[word]);
  }
  std::sort(pairs_.begin(), pairs_.end());
  for (size_t i = 0; i < pairs_.size(); ++i) {
    counts[pairs_[i] % (cells_ + 1)] += i == 0 || pairs_[i] != pairs_[i - 1];
  }
  return std::vector<absl::int128>(counts.begin(), counts.end() - 1);
}

}  // namespace commons::storage
