// From exact partials to the vector that leaves: noise, then masks (docs/formats/release.md, 3, 5).
// The only code that turns a node's partials into bytes for others.
#ifndef COMMONS_QUERY_MEMBER_CONTRIBUTION_H_
#define COMMONS_QUERY_MEMBER_CONTRIBUTION_H_

#include <string>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "crypto/mask.h"
#include "crypto/random.h"
#include "proto/peer.pb.h"
#include "query/question/cell_space.h"
#include "query/release/roster.h"

namespace commons::query {

struct MaskInputs {
  const crypto::EphemeralKey* ephemeral;
  absl::Span<const Voter> voters;  // of the roster, in order
  size_t own_index;
  Hash32 transcript;
  absl::string_view noise_secret;
  crypto::RandomSource* random;
};

// Wire bytes. Open: the exact partials. Protected: partials (mod 2^64) + fresh noise + masks;
// errors of AddPairwiseMasks. values: all of `space`, the question's, in its order.
absl::StatusOr<std::string> ContributionOf(const v1::Question& question, const CellSpace& space,
                                           const v1::Roster& roster,
                                           absl::Span<const absl::int128> values,
                                           const MaskInputs& inputs);

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_CONTRIBUTION_H_
