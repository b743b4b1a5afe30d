// One measure over all cells, added up exactly.
#ifndef COMMONS_STORAGE_TABLE_ACCUMULATOR_H_
#define COMMONS_STORAGE_TABLE_ACCUMULATOR_H_

#include <cstdint>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace commons::storage {

// Sums of 64-bit addends by cell. Cell `cells` takes rows that belong to none. Rows of a chunk go to
// several copies in turn, so that equal cells in a row do not wait for each other. Not thread-safe.
class Accumulator {
 public:
  explicit Accumulator(size_t cells);

  void Count(absl::Span<const uint32_t> cells);
  // Each |addend| < 2^46, at most 64 Ki rows between two flushes.
  void Add(absl::Span<const uint32_t> cells, const int64_t* addends);
  void AddSquares(absl::Span<const uint32_t> cells, const int64_t* roots);  // |root| < 1.1e7
  // Any size.
  void AddWide(absl::Span<const uint32_t> cells, const int64_t* addends);
  void AddWideSquares(absl::Span<const uint32_t> cells, const int64_t* roots);

  // At the end of each chunk.
  void Flush();
  // kOutOfRange when a sum left 128 bits.
  absl::StatusOr<std::vector<absl::int128>> Finish();

 private:
  static constexpr size_t kLanes = 4;
  static constexpr size_t kLanedCells = 128;  // above, copies would push each other out of the cache
  template <typename Addend>
  void Each(absl::Span<const uint32_t> cells, Addend addend);
  void AddTotal(size_t cell, __int128 addend) {
    overflow_ |= __builtin_add_overflow(totals_[cell], addend, &totals_[cell]);
  }

  const size_t stride_;         // between copies; 0: there is but one
  std::vector<int64_t> lanes_;  // copies of cells+1
  std::vector<__int128> totals_;
  bool overflow_ = false;
};

// How many distinct persons each cell holds. Memory: 64 MiB, or 8 bytes a row where persons times
// cells are too many for that.
class DistinctPersons {
 public:
  DistinctPersons(uint64_t persons, size_t cells);
  // kDataLoss for a person number that does not exist.
  absl::Status Add(absl::Span<const uint32_t> cells, const int64_t* persons);
  std::vector<absl::int128> Finish();

 private:
  const uint64_t persons_;
  const size_t cells_;
  std::vector<uint64_t> seen_;   // bitmap, person-major
  std::vector<uint64_t> pairs_;  // person * cells + cell
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_ACCUMULATOR_H_
