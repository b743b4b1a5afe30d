// The bins and cells of one dimension that the question's filter on its column leaves. Pure.
#ifndef COMMONS_QUERY_QUESTION_KEPT_BINS_H_
#define COMMONS_QUERY_QUESTION_KEPT_BINS_H_

#include <cstdint>
#include <vector>

#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/intervals.h"

namespace commons::query {

// The bins of a dimension that the question's filter on its column leaves: those of which some
// value can pass; of a column of several responses every code that can stand beside one that is
// kept. Numbered in code-list order, the missing bin last. Also of a question that is not known to
// be valid but for this dimension and this filter; never enumerates.
IntervalSet KeptBins(const v1::Question& question, const v1::Dimension& dimension,
                     const v1::Standard& standard);
// How many cells a dimension has: of its groups (groups.h), or of those bins.
uint64_t CellsOf(const v1::Question& question, const v1::Dimension& dimension,
                 const v1::Standard& standard);
// Whether a filter leaves out any bin of any dimension.
bool LeavesBinsOut(const v1::Question& question, const v1::Standard& standard);

// Of each cell of a dimension the first of its bins.
std::vector<uint32_t> FirstBins(const v1::Question& question, const v1::Dimension& dimension,
                                const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_KEPT_BINS_H_
