// The cells of a Question: which there are, and where each value of an answer lies. Pure functions
// of question and Standard that passed ValidateQuestion, so that all members count the same cells.
#ifndef COMMONS_QUERY_QUESTION_CELL_SPACE_H_
#define COMMONS_QUERY_QUESTION_CELL_SPACE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/intervals.h"
#include "query/question/kept_bins.h"

namespace commons::query {

// Over all grouping sets; of a question whose filters may not be known to be valid. Saturating.
uint64_t CellCount(const v1::Question& question, const v1::Standard& standard);

// Whether percentiles can be taken of a column: a number with declared bands.
bool Banded(const v1::Column& column);
// The values that a COUNT_BANDS of the column counts one by one, ascending and disjoint: its bands,
// as far as the question's filter leaves values of them. On open data each value by itself, where
// with the question's cells they are at most limits::kCells. Of a column that is Banded and a valid
// filter.
std::vector<Interval> BandsOf(const v1::Question& question, uint32_t column,
                              const v1::Standard& standard);

// Of these bins of a dimension; nullopt is the missing bin.
std::vector<std::optional<std::string>> BinLabels(const v1::Dimension& dimension,
                                                  const v1::Column& column,
                                                  absl::Span<const uint32_t> bins);

// Values are ordered: partial by partial, set by set, cell by cell (row-major over the set's
// dimensions), and band by band where the partial counts bands. cells(set) and offsets are the only
// place that knows it. A grouping set has no cells where a filter leaves no bin of one of its
// dimensions; one without dimensions always has one.
class CellSpace {
 public:
  CellSpace(const v1::Question& question, const v1::Standard& standard);
  size_t sets() const { return set_cells_.size(); }
  size_t cells(size_t set) const { return set_cells_[set]; }
  size_t total_cells() const { return total_cells_; }  // over all sets
  size_t values() const { return offsets_.back(); }
  // Values of a partial in one cell: 1, or as many as it counts bands.
  size_t width(size_t partial) const { return widths_[partial]; }
  const std::vector<Interval>& bands(size_t partial) const { return bands_[partial]; }
  size_t ValueIndex(size_t partial, size_t set, size_t cell, size_t band = 0) const;
  // For each of the set's dimensions, in order, the place of this cell's bin in kept().
  std::vector<size_t> BinsOf(size_t set, size_t cell) const;
  // The cell of a set in which the cell of the first set with these bins lies.
  size_t CellOf(size_t set, const std::vector<size_t>& bins) const;
  // The bins of a question's dimension that are cells, ascending; of a group the first.
  const std::vector<uint32_t>& kept(size_t dimension) const { return kept_[dimension]; }

 private:
  // Of a dimension: which of the first set's has its column, and the cell of each of that one's.
  struct Level {
    size_t position;
    std::vector<uint32_t> cells;  // empty: it is that one
  };
  void AddLevels(const v1::Question& question, const v1::Standard& standard);

  size_t total_cells_ = 0;
  std::vector<std::vector<Interval>> bands_;  // per partial; none of one that counts no bands
  std::vector<size_t> widths_, offsets_;      // per partial; the last offset is their end
  std::vector<std::vector<uint32_t>> kept_;   // per question dimension
  std::vector<Level> levels_;                 // too
  std::vector<size_t> set_cells_, set_offsets_;
  std::vector<std::vector<uint32_t>> set_dimensions_;
};

// Base-cell results, of each partial all values of every cell, to all values: totals of each
// grouping set are sums of base cells (distinct persons excepted, rows under BoundsRowsPerCell, and
// totals over columns of several responses, which are scanned per set by the executor).
std::vector<absl::int128> ValuesOf(const CellSpace& space,
                                   const std::vector<std::vector<absl::int128>>& base);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_CELL_SPACE_H_
