// The people of three honest members, who ask one question after the other.
#ifndef COMMONS_TESTS_BENCH_SOAK_ASKERS_H_
#define COMMONS_TESTS_BENCH_SOAK_ASKERS_H_

#include <atomic>
#include <thread>
#include <vector>

#include "tests/bench/soak/federation.h"
#include "tests/bench/soak/tally.h"

namespace commons::soak {

// They ask from the constructor on until it goes.
class Askers {
 public:
  Askers(const Federation& federation, Tally& tally, uint64_t seed);
  ~Askers();

 private:
  void AskOn(const std::string& member, uint64_t seed);

  const Federation& federation_;
  Tally& tally_;
  std::atomic<bool> over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace commons::soak

#endif  // COMMONS_TESTS_BENCH_SOAK_ASKERS_H_
