// What a question may cost a person, in integer micro-rho (RELEASE 1, 3).
#ifndef COMMONS_PRIVACY_COST_H_
#define COMMONS_PRIVACY_COST_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "privacy/noise.h"

namespace commons::privacy {

// One integer partial over all cells of a table; disjoint cells of one table are one partial.
enum class PartialKind { kCountRows, kCountPersons, kCountValues, kSum, kSumSquares };

// What one person can change; each at least 1.
struct Sensitivity {
  uint64_t sets_times_responses = 1;  // S: grouping sets x responses per row
  uint64_t rows_per_person = 1;       // r, per owner
  uint64_t owners_per_person = 1;     // m
};

// D and F of a partial: 1 and the class's F, for sums 32 and 1,024 F.
uint64_t StepsOf(PartialKind kind);
uint64_t FlipsOf(PartialKind kind, NoiseClass noise_class);

// ceil(2,000,000 * S * (r*m*D)^2 / F); for kCountPersons ceil(2,000,000 * S * r * m^2 / F).
// Saturates at UINT64_MAX. kFailedPrecondition "too sensitive" when (r*m*D)^2 > F/4 (for
// kCountPersons m^2 > F/4): one person would move a cell by more than the noise's standard deviation.
// kInvalidArgument when a part of the sensitivity is 0.
absl::StatusOr<uint64_t> CostMicroRho(PartialKind kind, const Sensitivity& sensitivity,
                                      NoiseClass noise_class);

// The saturating sum over the partials of a question.
absl::StatusOr<uint64_t> CostOfQuestion(absl::Span<const PartialKind> partials,
                                        const Sensitivity& sensitivity, NoiseClass noise_class);

}  // namespace commons::privacy

#endif  // COMMONS_PRIVACY_COST_H_
