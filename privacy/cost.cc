#include "privacy/cost.h"

#include <algorithm>
#include <limits>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/ceil_div.h"
#include "base/status.h"

namespace commons::privacy {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
constexpr uint64_t kMicroRhoNumerator = 2'000'000;

bool IsSum(PartialKind kind) {
  return kind == PartialKind::kSum || kind == PartialKind::kSumSquares;
}

uint64_t Saturate(absl::uint128 value) { return value > kMax ? kMax : absl::Uint128Low64(value); }

absl::Status CheckPresent(const Sensitivity& s) {
  if (s.sets_times_responses == 0 || s.rows_per_person == 0 || s.owners_per_person == 0 ||
      s.rows_per_person_and_cell == 0 || s.cells == 0) {
    return absl::InvalidArgumentError("sensitivity: every bound on a person is at least 1");
  }
  return absl::OkStatus();
}

// c: how many rows of one person one owner counts in a cell.
uint64_t RowsPerCell(PartialKind kind, const Sensitivity& s) {
  if (kind == PartialKind::kCountPersons) return 1;
  return std::min(s.rows_per_person_and_cell, s.rows_per_person);
}

// What a person's cells at one owner add up to once each is squared, in multiples of c * D^2.
absl::uint128 SquaresOverRowsPerCell(PartialKind kind, const Sensitivity& s) {
  const absl::uint128 rows = absl::uint128(s.sets_times_responses) * s.rows_per_person;
  return kind == PartialKind::kCountPersons ? std::min<absl::uint128>(rows, s.cells) : rows;
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
  const uint64_t rows = RowsPerCell(kind, sensitivity);
  const absl::uint128 units = absl::uint128(rows) * sensitivity.owners_per_person;
  // Checked before squaring: nothing above flips can pass, and it keeps the square in range.
  const absl::uint128 shift = units > flips ? absl::uint128(flips) : units * StepsOf(kind);
  if (4 * shift * shift > flips) {
    return absl::FailedPreconditionError(
        absl::StrCat("too sensitive: one person can move a cell by more than the noise of class ",
                     NoiseClassName(noise_class), " hides"));
  }
  // c * (m*D)^2 = shift^2 / c, at most a quarter of the flips.
  const absl::uint128 of_a_row = shift * shift / rows;
  const uint64_t squares = Saturate(SquaresOverRowsPerCell(kind, sensitivity));
  const absl::uint128 scaled = of_a_row * kMicroRhoNumerator * squares;
  return Saturate(CeilDiv<absl::uint128>(scaled, flips));
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
