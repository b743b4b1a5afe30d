// Noise that members add to their integer partials before masking (docs/formats/release.md, 3):
// the centred binomial, popcount(F_share fair coins) - F_share/2, whose sum over members is again a
// centred binomial.
//
// F is the number of fair coins that honest members together must have thrown: variance F/4 each
// way. What F buys is stated, with how it is checked, in privacy/cost.h.
#ifndef COMMONS_PRIVACY_NOISE_H_
#define COMMONS_PRIVACY_NOISE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "crypto/random.h"

namespace commons::privacy {

// Higher is noisier: the strictest of several policies is their maximum.
enum class NoiseClass { kLight = 1, kFine = 2, kStandard = 3, kBroad = 4 };

// "light", "fine", "standard" or "broad".
absl::string_view NoiseClassName(NoiseClass noise_class);
// F of a count: 16, 64, 400, 1,600.
uint64_t FlipsOf(NoiseClass noise_class);

// A sum counts steps in -32..32 and has the class's F times 1,024, so that one person's 32 steps in
// a sum weigh against its noise as one row weighs in a count.
inline constexpr uint64_t kSumSteps = 32;
inline constexpr uint64_t kSumFlipsFactor = kSumSteps * kSumSteps;

// How many other members may pool what they know and still face the noise of F coins.
enum class Collusion { kMinority = 1, kAll = 2 };  // higher is stricter

struct NoisePlan {
  uint64_t flips = 0;        // F, of this partial
  uint32_t members = 0;      // n, distinct organisations in the roster
  uint32_t colluders = 0;    // t, of the others; n - 1 where each member alone throws F coins
  uint64_t flips_share = 0;  // F_share, coins that each member throws; always even
};

// t: kAll: all others, members - 1; kMinority: as many of the others as a minority of the commons'
// active members, whom the asker doesn't pick: min(members - 1, max(1, floor((commons - 1) / 2))).
// With three of 22 each of the three so throws all coins. members, commons: at least 1.
uint32_t ColludersOf(uint32_t members, uint32_t commons, Collusion collusion);
// The fewest coins, even, with which all members but `colluders` of them throw `flips`.
// colluders < members.
uint64_t FlipsShareOf(uint64_t flips, uint32_t members, uint32_t colluders);
// Both. flips: FlipsOf(class), times kSumFlipsFactor for a sum. min_members is the caller's to
// check.
NoisePlan PlanNoise(uint64_t flips, uint32_t members, uint32_t commons, Collusion collusion);

// Variance of the noise in the total of `members` members.
inline double NoiseVariance(uint64_t flips_share, uint32_t members) {
  return static_cast<double>(flips_share) * members / 4;
}

// The seed of one question's coins: BLAKE2b keyed with the node's noise secret (16 to 64 bytes)
// over 32 fresh random bytes and the transcript. `fresh32` must come from SystemRandom for every
// question and attempt: with a seed made from the question alone, the difference of two answers
// around a change of data would be exact; with random bytes alone, a cloned machine would repeat
// its noise.
Hash32 NoiseSeed(absl::string_view node_secret, absl::string_view fresh32,
                 const Hash32& transcript);

// Adds an independent draw of popcount(flips_share coins) - flips_share/2 to each entry, mod 2^64.
// flips_share: even. A deterministic function of the stream; uses ceil(flips_share/64) words each.
void AddNoise(uint64_t flips_share, crypto::ChaChaStream& coins, absl::Span<uint64_t> vector);

}  // namespace commons::privacy

#endif  // COMMONS_PRIVACY_NOISE_H_
