// How wide the figures of a protected question will be, before any data is read.
#ifndef COMMONS_QUERY_ASKER_EXPECTED_MARGINS_H_
#define COMMONS_QUERY_ASKER_EXPECTED_MARGINS_H_

#include <cstdint>
#include <vector>

#include "proto/documents.pb.h"
#include "proto/local.pb.h"
#include "query/question/plan.h"

namespace commons::query {

// In the order of the plan's measures. A count's margin is that of one that is no chance survivor
// of its table (`count_margin95`). Those of sums and averages are given for cells of 100, 1,000 and
// 10,000 values, an average's where it is widest, at the ends of the clip; those of a percentile
// too, where values lie evenly over its bands ("null" where they are too few to show it). A
// variance's and a deviation's hang on the values.
std::vector<v1::MeasureMargin> ExpectedMargins(const Plan& plan, const v1::Standard& standard,
                                               int64_t count_margin95, uint32_t members,
                                               uint32_t colluders);

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_EXPECTED_MARGINS_H_
