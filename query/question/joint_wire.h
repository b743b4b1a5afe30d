// Joint filters as they travel.
#ifndef COMMONS_QUERY_QUESTION_JOINT_WIRE_H_
#define COMMONS_QUERY_QUESTION_JOINT_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/joint.h"
#include "query/question/parts.h"

namespace commons::query {

inline constexpr size_t kJointFiltersMax = 4;                  // of a question, and of each partial
inline constexpr uint64_t kPartedBinsMax = uint64_t{1} << 17;  // of one column

// How many combinations its cells are of, its columns being ones that can be grouped by. nullopt:
// more than kJointCellsMax, or parts that are none of its columns' bins, said in the one way.
std::optional<uint64_t> CombinationsOf(const v1::JointFilter& filter, const v1::Standard& standard);

// Of a filter of which these are known and are the bits of its cells, and back: by bins where these
// have at most kJointCellsMax combinations, else by the coarsest parts.
Joint JointOf(const v1::JointFilter& filter, const v1::Standard& standard);
v1::JointFilter FilterOf(const Joint& joint);

// How many combinations there are of the columns' bins, and not of parts of them; nullopt: more
// than kJointCellsMax.
std::optional<uint64_t> CombinationsOfBins(const PartsOfColumns& parts);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_JOINT_WIRE_H_
