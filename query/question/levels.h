// One column at several levels, as in ROLLUP(region, district) or by year and month. Pure.
#ifndef COMMONS_QUERY_QUESTION_LEVELS_H_
#define COMMONS_QUERY_QUESTION_LEVELS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// The cell of `coarser` in which each cell of `finer` lies; nullopt: one of them lies in several,
// or there are more bins than are looked at. Of two valid dimensions of one column, as far as the
// question's filter on it leaves cells.
std::optional<std::vector<uint32_t>> CellsWithin(const v1::Dimension& finer,
                                                 const v1::Dimension& coarser,
                                                 const v1::Question& question,
                                                 const v1::Standard& standard);

// Whether it has fewer cells, each of which holds whole cells of the other; of as many cells the
// longer period is above.
bool IsAbove(const v1::Dimension& coarser, const v1::Dimension& finer, const v1::Question& question,
             const v1::Standard& standard);

// Whether any column has several levels.
bool HasLevels(const v1::Question& question);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_LEVELS_H_
