// What of a noisy count is shown (docs/formats/release.md, 7). Noise and budget protect, not this.
#ifndef COMMONS_PRIVACY_PRESENT_H_
#define COMMONS_PRIVACY_PRESENT_H_

#include <cstdint>

namespace commons::privacy {

enum class CellStatus {
  kReleased,
  kUnreliable,  // shown, but below twice its margin
  kSuppressed,
};
enum class SuppressReason {
  kNone,
  kSmallCell,   // the noisy value is below the threshold
  kBelowNoise,  // not below the threshold, but below the margin
};

struct PresentRules {
  uint32_t threshold = 0;  // maximum over the roster
  uint32_t rounding = 0;   // base, maximum over the roster; 0 and 1 leave values as they are
  double variance = 0;     // of a count's noise actually in the roster: NoiseVariance
};

struct PresentedCount {
  CellStatus status = CellStatus::kSuppressed;
  SuppressReason reason = SuppressReason::kNone;
  int64_t value = 0;     // a multiple of the base; 0 when suppressed
  int64_t margin95 = 0;  // 0 when suppressed
};

// ceil(1.96 * sqrt(variance) + rounding / 2).
int64_t CountMargin95(const PresentRules& rules);

// Shown when noisy >= max(threshold, margin95), to the nearest multiple of the base (halves up);
// kUnreliable when noisy < 2 * margin95. Total: any int64 gives an answer (values near the ends of
// int64 saturate to the last multiple inside).
PresentedCount PresentCount(int64_t noisy, const PresentRules& rules);

}  // namespace commons::privacy

#endif  // COMMONS_PRIVACY_PRESENT_H_
