// From summed vectors to the release that every contributor recomputes (docs/formats/release.md,
// 2). present_cells.h shows it: no other code turns partials into an answer.
#ifndef COMMONS_QUERY_RELEASE_RELEASE_H_
#define COMMONS_QUERY_RELEASE_RELEASE_H_

#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"
#include "proto/question.pb.h"

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

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_RELEASE_H_
