// Everything that the hostile member, its friends outside and one careless researcher do in turn.
#ifndef COMMONS_TESTS_BENCH_SOAK_ATTACKS_H_
#define COMMONS_TESTS_BENCH_SOAK_ATTACKS_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/bench/soak/federation.h"
#include "tests/bench/soak/tally.h"

namespace commons::soak {

// What an attack works with, and for how long.
struct Turn {
  Federation& federation;
  Tally& tally;
  absl::Time until;
  size_t log_bytes = 0;  // by which this attack made the hostile member's log grow

  bool over() const { return absl::Now() >= until; }
  const attacks::Lab& lab() const { return federation.lab(); }
};

struct Attack {
  std::string name;
  // Goes on until the turn is over, but at least once around. What came of it, for people; what it
  // should not have got is a broken promise.
  std::function<std::string(Turn&)> run;
};

// In the order of a turn. The first five take the place of the hostile member's daemon.
std::vector<Attack> AttacksAsMember();
std::vector<Attack> AttacksOnConnections();
std::vector<Attack> AttacksWithMessages();
std::vector<Attack> AttacksWithDocuments();
std::vector<Attack> AttacksOfPeople();
// Ends the hostile member's power for good.
Attack TwoHistories();

// "BUSY 3, ok 1"
std::string CountsAsText(const std::map<std::string, int>& counts);

}  // namespace commons::soak

#endif  // COMMONS_TESTS_BENCH_SOAK_ATTACKS_H_
