// What a Question means: its digest, its cells and their labels, its sensitivity and cost.
// Everything here is a pure function of question and Standard that passed ValidateQuestion.
#ifndef COMMONS_QUERY_QUESTION_QUESTION_H_
#define COMMONS_QUERY_QUESTION_QUESTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/spending.h"
#include "privacy/cost.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// Of commons, Standard, purpose if consent applies, partials, clips, filter bitsets (one that keeps
// every code, missing included, is no filter), sorted dimensions, grouping sets, class and release.
QuestionDigest DigestOf(const v1::Question& question, const v1::Standard& standard);

// The bins of one dimension, in code-list order; nullopt is the missing bin, always last.
std::vector<std::optional<std::string>> BinLabels(const v1::Dimension& dimension,
                                                  const v1::Column& column);

// Values are ordered: partial by partial, set by set, cell by cell (row-major over the set's
// dimensions). cells(set) and offsets are the only place that knows it.
class CellSpace {
 public:
  CellSpace(const v1::Question& question, const v1::Standard& standard);
  size_t sets() const { return set_cells_.size(); }
  size_t cells(size_t set) const { return set_cells_[set]; }
  size_t total_cells() const { return total_cells_; }  // over all sets
  size_t values() const { return partials_ * total_cells_; }
  size_t ValueIndex(size_t partial, size_t set, size_t cell) const;
  // For each of the set's dimensions, in order, the bin of this cell.
  std::vector<size_t> BinsOf(size_t set, size_t cell) const;
  const std::vector<size_t>& bins() const { return bins_; }  // per question dimension

 private:
  size_t partials_, total_cells_ = 0;
  std::vector<size_t> bins_, set_cells_, set_offsets_;
  std::vector<std::vector<uint32_t>> set_dimensions_;
};

// r and c: rows of one person that count at one owner, and of those in one cell of a grouping set.
uint32_t RowsPerPerson(const v1::Standard& standard);
uint32_t RowsPerPersonAndCell(const v1::Standard& standard);
// Whether c leaves out rows that r would count: each grouping set then chooses its own.
bool BoundsRowsPerCell(const v1::Question& question, const v1::Standard& standard);

// Of values or of their squares: with coins for 32 steps a person.
bool IsSum(const v1::Partial& partial);
privacy::Sensitivity SensitivityOf(const v1::Question& question, const v1::Standard& standard);
// TOO_SENSITIVE, or the cost over all partials, counts and sums apart; 0 when open.
absl::StatusOr<Spending> SpendingOf(const v1::Question& question, const v1::Standard& standard);
// Its total.
absl::StatusOr<uint64_t> CostOf(const v1::Question& question, const v1::Standard& standard);
// The Standard's columns that a question touches, by index (for Decide).
std::vector<uint32_t> ColumnsOf(const v1::Question& question);

// Base-cell results to all values: totals of each grouping set are sums of base cells (distinct
// persons excepted, and rows under BoundsRowsPerCell, which are scanned per set by the executor).
std::vector<absl::int128> ValuesOf(const v1::Question& question, const CellSpace& space,
                                   const std::vector<std::vector<absl::int128>>& base);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_QUESTION_H_
