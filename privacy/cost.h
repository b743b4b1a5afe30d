// What a question may cost a person, in integer micro-rho (docs/formats/release.md, 1 and 3).
//
// rho = 2 * shift^2 / F is the zCDP parameter (Bun and Steinke, TCC 2016) of a Gaussian with the
// noise's variance; it adds up over answers. The centred binomial itself is not zCDP of any rho: a
// shift moves its support, so some outcomes prove a person's presence. One row in `light` meets
// such an outcome with probability 1.5e-5, in `fine` 5e-20, `standard` and `broad` below 1e-100.
// What does hold is computed exactly by privacy_loss_test, for single answers at every allowed
// shift and for mixed years of answers:
//  - the best guess about a person is right with at most Phi(sqrt(2 rho)/2), the number that people
//    are told, up to 0.001 (0.02 if all other members collude), which the sentence adds
//    (privacy/budget.h);
//  - delta(eps) <= exp(-(eps - rho)^2 / (4 rho)) wherever that is at least 2e-3 (with any `light`),
//    1e-6 (with any `fine`), 1e-15 (`standard` and `broad` only);
//  - leaving those outcomes out, the Renyi divergence of order 2 stays within 12 %, 2.2 %, 0.3 %
//    and 0.1 % above 2 rho for light, fine, standard, broad.
#ifndef COMMONS_PRIVACY_COST_H_
#define COMMONS_PRIVACY_COST_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/spending.h"
#include "privacy/noise.h"

namespace commons::privacy {

// One integer partial over all cells of a table; disjoint cells of one table are one partial.
enum class PartialKind { kCountRows, kCountPersons, kCountValues, kSum, kSumSquares };

// What one person can change; each at least 1. UINT64_MAX bounds nothing.
struct Sensitivity {
  uint64_t sets_times_responses = 1;  // S: grouping sets x responses per row
  uint64_t rows_per_person = 1;       // r, per owner
  uint64_t owners_per_person = 1;     // m
  // c: of one person's rows at one owner, in one cell of one grouping set; above r as r.
  uint64_t rows_per_person_and_cell = UINT64_MAX;
  uint64_t cells = UINT64_MAX;  // of the question, over all its grouping sets
};

// D and F of a partial: 1 and the class's F, for sums 32 and 1,024 F.
uint64_t StepsOf(PartialKind kind);
uint64_t FlipsOf(PartialKind kind, NoiseClass noise_class);

// ceil(2,000,000 * S * c*r * (m*D)^2 / F); for kCountPersons ceil(2,000,000 * min(S*r, cells) * m^2
// / F). Saturates at UINT64_MAX. kFailedPrecondition "too sensitive" when (c*m*D)^2 > F/4 (for
// kCountPersons m^2 > F/4): one person would move a cell by more than the noise's standard
// deviation. kInvalidArgument when a part of the sensitivity is 0.
//
// Why that is the squared change. Let v_k be what one owner's rows of the person add to cell k of
// one grouping set, in multiples of D. Each row is in one cell and adds at most 1 to it, so that
// |v_k| <= c and sum |v_k| <= r, hence sum v_k^2 <= c * sum |v_k| <= c*r: twelve rows of which one
// counts in each cell weigh 12, not 144. S sets are S such vectors: at most S*c*r. Distinct people
// are 0 or 1 in each cell, in at most r cells of a set and in no more cells than there are:
// min(S*r, cells). The vectors of m owners add up, and so do their lengths (triangle inequality):
// m times the length is m^2 times its square.
absl::StatusOr<uint64_t> CostMicroRho(PartialKind kind, const Sensitivity& sensitivity,
                                      NoiseClass noise_class);

// The saturating sums over the partials of a question.
absl::StatusOr<Spending> CostOfQuestion(absl::Span<const PartialKind> partials,
                                        const Sensitivity& sensitivity, NoiseClass noise_class);

}  // namespace commons::privacy

#endif  // COMMONS_PRIVACY_COST_H_
