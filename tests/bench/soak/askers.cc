#include "tests/bench/soak/askers.h"

#include "absl/time/clock.h"

namespace commons::soak {
namespace {

// The attacker and five daemons share the machine: between two questions of one member.
constexpr absl::Duration kPause = absl::Milliseconds(40);
constexpr uint64_t kProtectedOneIn = 3;

}  // namespace

Askers::Askers(const Federation& federation, Tally& tally, uint64_t seed)
    : federation_(federation), tally_(tally) {
  for (const std::string& member : kAskers) {
    threads_.emplace_back([this, member, seed] { AskOn(member, seed); });
    seed += 1;
  }
}

Askers::~Askers() {
  over_ = true;
  for (std::thread& thread : threads_) thread.join();
}

void Askers::AskOn(const std::string& member, uint64_t seed) {
  std::mt19937_64 random(seed);
  while (!over_) {
    Asked asked;
    asked.by = member;
    asked.question = Question::Random(random() % kProtectedOneIn == 0, random);
    asked.from = absl::Now();
    asked.answer = federation_.lab().Ask(member, asked.question.Sql());
    asked.to = absl::Now();
    tally_.Take(asked);
    absl::SleepFor(kPause);
  }
}

}  // namespace commons::soak
