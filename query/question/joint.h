// Conditions on several columns at once (OR between columns): which combinations of their bins are
// kept, taken apart as far as they are independent. Pure.
#ifndef COMMONS_QUERY_QUESTION_JOINT_H_
#define COMMONS_QUERY_QUESTION_JOINT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "query/question/intervals.h"
#include "query/question/parts.h"

namespace commons::query {

inline constexpr size_t kJointColumnsMax = 6;  // factors are found by trying all sets of columns
inline constexpr uint64_t kJointCellsMax = uint64_t{1} << 16;

// Of the declared unit of each column; the last column varies fastest.
struct Joint {
  std::vector<uint32_t> columns;  // ascending
  std::vector<Parts> parts;       // of each column's bins, its missing bin included
  std::vector<bool> kept;         // of each combination of parts

  bool operator==(const Joint&) const = default;
};

// Every combination of the parts of some columns; nullopt: these are more than kJointColumnsMax
// columns or kJointCellsMax combinations.
using PartsOfColumns = std::map<uint32_t, Parts>;
std::optional<Joint> AllCombinations(const PartsOfColumns& parts);
PartsOfColumns PartsOf(const Joint& joint);
// These bins of one column.
Joint JointOfBins(uint32_t column, uint64_t bins, const IntervalSet& kept);

// Leaves of `joint` what the other keeps too, which is of some of its columns and tells no bins
// apart there that are one part of `joint`.
void Narrow(const Joint& by, Joint* joint);

// The same with as few parts as can be: bins that make no difference are one.
Joint Coarsest(const Joint& joint);

// The bins of a column that lie in any kept combination; `at` counts its columns.
IntervalSet BinsOfColumn(const Joint& joint, size_t at);

// Whether it keeps a combination of these bins, a set for each column.
bool KeepsAny(const Joint& joint, const std::vector<IntervalSet>& bins);

// Its finest factors: independent of each other, together what it keeps, in the order of their
// first columns. Nothing kept: a factor for each column. At most kJointColumnsMax.
std::vector<Joint> FactorsOf(const Joint& joint);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_JOINT_H_
