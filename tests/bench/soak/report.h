// What a run found, for people: a table of attacks, the words that askers were told, the verdict.
#ifndef COMMONS_TESTS_BENCH_SOAK_REPORT_H_
#define COMMONS_TESTS_BENCH_SOAK_REPORT_H_

#include <string>

#include "tests/bench/soak/tally.h"

namespace commons::soak {

// Markdown. Stretches come in pairs: the time before an attack, and the attack.
std::string TableOf(const Tally& tally);
std::string WordsOf(const Tally& tally);
std::string VerdictOf(const Tally& tally, int trend_mib);

}  // namespace commons::soak

#endif  // COMMONS_TESTS_BENCH_SOAK_REPORT_H_
