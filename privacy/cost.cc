#include "privacy/cost.h"

#include <limits>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace commons::privacy {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
constexpr uint64_t kMicroRhoNumerator = 2'000'000;

bool IsSum(PartialKind kind) {
  return kind == PartialKind::kSum || kind == PartialKind::kSumSquares;
}

uint64_t Saturate(absl::uint128 value) { return value > kMax ? kMax : absl::Uint128Low64(value); }

absl::Status CheckPresent(const Sensitivity& sensitivity) {
  if (sensitivity.sets_times_responses == 0 || sensitivity.rows_per_person == 0 ||
      sensitivity.owners_per_person == 0) {
    return absl::InvalidArgumentError("sensitivity: every bound on a person is at least 1");
  }
  return absl::OkStatus();
}

// How far one person moves one cell, in multiples of D.
absl::uint128 UnitsPerCell(PartialKind kind, const Sensitivity& sensitivity) {
  if (kind == PartialKind::kCountPersons) return sensitivity.owners_per_person;
  return absl::uint128(sensitivity.rows_per_person) * sensitivity.owners_per_person;
}

// How many cells one person moves so far, at most.
absl::uint128 CellsReached(PartialKind kind, const Sensitivity& sensitivity) {
  const absl::uint128 sets = sensitivity.sets_times_responses;
  return kind == PartialKind::kCountPersons ? sets * sensitivity.rows_per_person : sets;
}

}  // namespace

uint64_t StepsOf(PartialKind kind) { return IsSum(kind) ? kSumSteps : 1; }

uint64_t FlipsOf(PartialKind kind, NoiseClass noise_class) {
  return FlipsOf(noise_class) * (IsSum(kind) ? kSumFlipsFactor : 1);
}

absl::StatusOr<uint64_t> CostMicroRho(PartialKind kind, const Sensitivity& sensitivity,
                                      NoiseClass noise_class) {
  RETURN_IF_ERROR(CheckPresent(sensitivity));
  const uint64_t flips = FlipsOf(kind, noise_class);
  const absl::uint128 units = UnitsPerCell(kind, sensitivity);
  // Checked before squaring: nothing above flips can pass, and it keeps the square in range.
  const absl::uint128 shift = units > flips ? absl::uint128(flips) : units * StepsOf(kind);
  if (4 * shift * shift > flips) {
    return absl::FailedPreconditionError(
        absl::StrCat("too sensitive: one person can move a cell by more than the noise of class ",
                     NoiseClassName(noise_class), " hides"));
  }
  const uint64_t cells = Saturate(CellsReached(kind, sensitivity));
  const absl::uint128 scaled = shift * shift * kMicroRhoNumerator * cells;
  return Saturate((scaled + flips - 1) / flips);
}

absl::StatusOr<Spending> CostOfQuestion(absl::Span<const PartialKind> partials,
                                        const Sensitivity& sensitivity, NoiseClass noise_class) {
  Spending total;
  for (PartialKind kind : partials) {
    ASSIGN_OR_RETURN(const uint64_t cost, CostMicroRho(kind, sensitivity, noise_class));
    total += IsSum(kind) ? Spending{.sums_micro_rho = cost} : Spending{.counts_micro_rho = cost};
  }
  return total;
}

}  // namespace commons::privacy
