#include "query/member/contribution.h"

#include <vector>

#include "base/status.h"
#include "privacy/noise.h"
#include "query/release/release.h"

namespace commons::query {

absl::StatusOr<std::string> ContributionOf(const v1::Question& question, const CellSpace& space,
                                           const v1::Roster& roster,
                                           absl::Span<const absl::int128> values,
                                           const MaskInputs& inputs) {
  if (question.release() == v1::OPEN) return EncodeExact(values);
  std::vector<uint64_t> vector(values.size());
  for (size_t i = 0; i < values.size(); ++i) vector[i] = absl::Int128Low64(values[i]);

  const Hash32 seed =
      privacy::NoiseSeed(inputs.noise_secret, inputs.random->Bytes(32), inputs.transcript);
  crypto::ChaChaStream coins(seed);
  size_t first = 0;
  for (int p = 0; p < question.partials_size(); ++p) {
    const size_t count = space.total_cells() * space.width(p);
    privacy::AddNoise(FlipsShareOf(roster, question.partials(p)), coins,
                      absl::MakeSpan(vector).subspan(first, count));
    first += count;
  }
  std::vector<PublicKey> keys;
  for (const Voter& voter : inputs.voters) keys.push_back(voter.ephemeral);
  RETURN_IF_ERROR(crypto::AddPairwiseMasks(*inputs.ephemeral, keys, inputs.own_index,
                                           inputs.transcript, absl::MakeSpan(vector)));
  return EncodeMasked(vector);
}

}  // namespace commons::query
