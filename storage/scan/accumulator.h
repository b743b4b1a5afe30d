// Rows and sums by cell, added up exactly in one pass.
#ifndef COMMONS_STORAGE_SCAN_ACCUMULATOR_H_
#define COMMONS_STORAGE_SCAN_ACCUMULATOR_H_

#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace commons::storage {

// Counts the rows of each cell and adds up to kSumsMax numbers per row. Cell number `cells` takes
// the rows that belong to none. What a cell adds up lies together, and the rows of small tables go
// to several copies in turn, so that equal cells in a row do not wait for each other. Not
// thread-safe.
class Accumulator {
 public:
  static constexpr size_t kSumsMax = 3;

  Accumulator(size_t cells, size_t sums);  // sums <= kSumsMax

  // addends[s][i] is what row i adds to sum s, one pointer for each sum. Each |addend| < 2^46, at
  // most 64 Ki rows between two flushes.
  void Add(absl::Span<const uint32_t> cells, absl::Span<const int64_t* const> addends);
  // One sum alone, addends of any size; Add has counted the rows.
  void AddWide(size_t sum, absl::Span<const uint32_t> cells, const int64_t* addends);
  void AddWideSquares(size_t sum, absl::Span<const uint32_t> cells, const int64_t* roots);

  // At the end of each chunk.
  void Flush();
  // Flush first. The sums are kOutOfRange when one of them left 128 bits.
  std::vector<absl::int128> Rows() const;
  absl::StatusOr<std::vector<absl::int128>> Sums(size_t sum) const;

 private:
  static constexpr size_t kLanes = 4;
  static constexpr size_t kLanedCells = 128;  // above, copies would crowd the cache
  template <size_t kSums>
  void AddRows(absl::Span<const uint32_t> cells, const int64_t* const* addends);
  template <size_t kSums>
  void AddTo(absl::Span<const uint32_t> cells, const int64_t* const* addends);
  template <size_t kSums>
  void AddToOneCell(absl::Span<const uint32_t> cells, const int64_t* const* addends);
  void AddTotal(size_t at, __int128 addend) {
    overflow_ |= __builtin_add_overflow(totals_[at], addend, &totals_[at]);
  }
  std::vector<absl::int128> Totals(size_t entry) const;

  const size_t entries_;        // of a cell: its rows, then its sums
  const size_t lane_entries_;   // between copies; 0: there is but one
  std::vector<int64_t> lanes_;  // copies of (cells + 1) * entries
  std::vector<__int128> totals_;
  bool overflow_ = false;
};

// How many distinct persons each cell holds. Cell number `cells` takes the rows that belong to
// none: they cost what the others cost, so that how long it takes does not tell how many match.
// Memory: 64 MiB, or 8 bytes a row where persons times cells are too many for that.
class DistinctPersons {
 public:
  DistinctPersons(uint64_t persons, size_t cells);
  // kDataLoss for a person number that does not exist.
  absl::Status Add(absl::Span<const uint32_t> cells, const int64_t* persons);
  std::vector<absl::int128> Finish();

 private:
  const uint64_t persons_;
  const size_t cells_;
  const uint64_t words_;         // of one cell's bitmap
  std::vector<uint64_t> seen_;   // a bit for each person, cell after cell
  std::vector<uint64_t> pairs_;  // without room for that: person * (cells + 1) + cell
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SCAN_ACCUMULATOR_H_
