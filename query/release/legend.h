// What a reader needs beside the figures of an answer: units of its measures, codes of its labels.
#ifndef COMMONS_QUERY_RELEASE_LEGEND_H_
#define COMMONS_QUERY_RELEASE_LEGEND_H_

#include "proto/documents.pb.h"
#include "proto/local.pb.h"
#include "query/question/plan.h"

namespace commons::query {

// A count is of rows, or of the units that the Standard counts (persons, whanau) where a row is one
// or where these are counted; a sum, an average and a deviation have the column's unit, a variance
// its square. A dimension is listed only where a label differs from its code, with the codes that
// are cells of the answer. Of the measures those are named that are worked out from bands.
void AddLegend(const Plan& plan, const v1::Standard& standard, v1::Answer& answer);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_LEGEND_H_
