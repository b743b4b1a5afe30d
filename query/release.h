// The one gate: from summed vectors to the numbers people see (docs/formats/release.md, 2
// and 7). No other code turns partials into an answer.
#ifndef COMMONS_QUERY_RELEASE_H_
#define COMMONS_QUERY_RELEASE_H_

#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "proto/local.pb.h"
#include "proto/peer.pb.h"
#include "query/plan.h"

namespace commons::query {

// The transcript hash of a roster and its question: docs/formats/aggregation.md.
absl::StatusOr<Hash32> TranscriptOf(const v1::Roster& roster, const v1::Question& question,
                                    const v1::Standard& standard, const CommonsId& commons);

// Vectors on the wire: 8 bytes a value mod 2^64 when protected, 16 bytes two's complement when
// open.
std::string EncodeMasked(absl::Span<const uint64_t> values);
std::string EncodeExact(absl::Span<const absl::int128> values);

// The sum of all contributions and the release bytes: what every contributor recomputes.
// Deterministic (fixed field order, no maps). MALFORMED when a vector has another length than the
// question says.
absl::StatusOr<std::string> BuildRelease(const v1::Question& question, const v1::Standard& standard,
                                         const v1::Roster& roster, const Hash32& transcript,
                                         absl::Span<const v1::Contribution> contributions);

// Cells as people see them: threshold, margin, rounding, status; labels, ORDER BY, LIMIT.
absl::StatusOr<std::vector<v1::Cell>> PresentCells(const Plan& plan, const v1::Standard& standard,
                                                   const v1::ReleaseRecord& release);
// sigma of a count in this roster; 0 when open.
double SigmaOf(const v1::Roster& roster, uint32_t members);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_H_
