// What of a table of noisy counts is shown (docs/formats/release.md, 7). Noise and budget protect,
// not this; this is so that what stands beside a number is true of it.
#ifndef COMMONS_PRIVACY_PRESENT_H_
#define COMMONS_PRIVACY_PRESENT_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace commons::privacy {

enum class CellStatus {
  kReleased,
  kUnreliable,  // shown, but below twice the margin of a count by itself
  kSuppressed,
};
enum class SuppressReason {
  kNone,
  kSmallCell,   // the noisy value is below the threshold
  kBelowNoise,  // not below the threshold, but it might well be noise
};

struct PresentRules {
  uint32_t threshold = 0;  // maximum over the roster
  uint32_t rounding = 0;   // base, maximum over the roster; 0 and 1 leave values as they are
  uint64_t coins = 0;      // of all members together: a count's noise is popcount(coins) - coins/2
};

struct PresentedCount {
  CellStatus status = CellStatus::kSuppressed;
  SuppressReason reason = SuppressReason::kNone;
  int64_t value = 0;     // a multiple of the base, not below the threshold; 0 when suppressed
  int64_t margin95 = 0;  // 0 when suppressed
};

// ceil(1.96 * sigma + rounding / 2), sigma = sqrt(coins) / 2.
int64_t CountMargin95(const PresentRules& rules);

// No table shows a smaller count; most tables cut further up.
int64_t SmallestShown(const PresentRules& rules);

// P(noise >= distance), exact: of popcount(coins) - coins/2, coins even.
double NoiseTail(uint64_t coins, int64_t distance);

// The cut belongs to the table: each cell by itself is past its margin once in forty by chance, and
// of a sparse table with thousands of empty cells mostly such ones would be shown. Immutable.
class CountTable {
 public:
  // `noisy`: the counts of all cells of one measure, in any order.
  //
  // The cut is the one of Benjamini and Hochberg ("Controlling the False Discovery Rate", 1995) at
  // 5 % over the tails of the noise, as if every truth were threshold - 1: of the cells shown at
  // most one in twenty is expected to be truly below the threshold.
  CountTable(absl::Span<const int64_t> noisy, const PresentRules& rules);

  // Shown when noisy >= max(threshold, cut, CountMargin95): to the nearest multiple of the base
  // (halves up), or the next above where that would be below the threshold. kUnreliable when
  // noisy < 2 * CountMargin95. One within its margin of the cut, as those are, was selected and
  // carries a wider margin (Benjamini and Yekutieli, "False Discovery Rate-Adjusted Multiple
  // Confidence Intervals", 2005): the normal quantile at 1 - 0.05 R / (2 K) in place of 1.96, R
  // shown of K cells. Total: any
  // int64 gives an answer (values near the ends of int64 saturate to the last multiple inside).
  PresentedCount Present(int64_t noisy) const;

  int64_t least_shown() const { return least_; }

 private:
  PresentRules rules_;
  int64_t margin_ = 0;
  int64_t least_ = 0;
  double wide_ = 0;  // quantile for counts near the cut
};

}  // namespace commons::privacy

#endif  // COMMONS_PRIVACY_PRESENT_H_
