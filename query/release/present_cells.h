// The one gate: from a release's totals to the numbers people see (docs/formats/release.md, 7).
#ifndef COMMONS_QUERY_RELEASE_PRESENT_CELLS_H_
#define COMMONS_QUERY_RELEASE_PRESENT_CELLS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "privacy/estimate.h"
#include "proto/documents.pb.h"
#include "proto/local.pb.h"
#include "proto/peer.pb.h"
#include "query/question/plan.h"

namespace commons::query {

// Cells as people see them: threshold, margin, rounding, status; labels, ORDER BY, LIMIT.
absl::StatusOr<std::vector<v1::Cell>> PresentCells(const Plan& plan, const v1::Standard& standard,
                                                   const v1::ReleaseRecord& release);
// The column's clip in its own unit.
privacy::Clip ClipOf(const v1::Column& column);
// A margin to two digits, upwards: further ones would be noise.
std::string MarginText(double margin);
// sigma of a count in this roster; 0 when open.
double SigmaOf(const v1::Roster& roster, uint32_t members);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_PRESENT_CELLS_H_
