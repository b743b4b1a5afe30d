// One of five members is hostile, in every way that tests/attacks knows, one after the other, while
// three others ask all the time. Promised: no wrong number; no refusal that names an honest member
// as at fault; memory within its bound, and back afterwards; answers as long as three can give
// them.
//
//   hostile_soak [--seconds N] [--seed N] [--only ATTACK]
//
// 900 seconds unless said otherwise. Exit code 1: a promise was broken, or an attack could not be
// made.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/bench/soak/askers.h"
#include "tests/bench/soak/attacks.h"
#include "tests/bench/soak/memory_watch.h"
#include "tests/bench/soak/report.h"

namespace commons::soak {
namespace {

constexpr int kMemoryMib = 160;
// What an allocator and a database keep after work that was more than usual.
constexpr int kKeptMib = 32;
constexpr int kTrendMib = 16;
// Every node holds every log, unpacked, in memory: 13 to 16 times its bytes were measured.
constexpr size_t kLogTimes = 20;
constexpr absl::Duration kTrendFrom = absl::Minutes(5);  // a shorter run has none
// Of 95: four standard deviations of 400 figures below.
constexpr double kWithin = 0.90;
constexpr int kFigures = 400;
constexpr int kRowsEach = 400;
constexpr absl::Duration kAttackMost = absl::Seconds(20);

struct Options {
  absl::Duration length = absl::Minutes(15);
  uint64_t seed = 1;
  std::string only;  // an attack's name; "": all
};
Options& TheOptions() {
  static Options options;
  return options;
}

std::vector<Attack> OneTurn() {
  std::vector<Attack> all;
  for (auto part : {AttacksAsMember(), AttacksOnConnections(), AttacksWithMessages(),
                    AttacksWithDocuments(), AttacksOfPeople()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

// As many turns as it takes for no attack to be longer than is of use; two histories come last.
std::vector<Attack> Programme(absl::Duration length) {
  const std::vector<Attack> turn = OneTurn();
  const int turns =
      std::max<int>(1, static_cast<int>(length / (kAttackMost * static_cast<int>(turn.size()))));
  std::vector<Attack> all;
  for (int i = 0; i < turns; ++i) all.insert(all.end(), turn.begin(), turn.end());
  all.push_back(TwoHistories());
  if (!TheOptions().only.empty()) {
    std::erase_if(all, [](const Attack& each) { return each.name != TheOptions().only; });
  }
  return all;
}

class Soak {
 public:
  explicit Soak(const Options& options)
      : pool_(Everybody(), kRowsEach, options.seed),
        federation_(pool_),
        tally_(pool_, federation_.outages()),
        programme_(Programme(options.length)),
        end_(absl::Now() + options.length) {}

  void Run(uint64_t seed) {
    MemoryWatch memory(federation_.lab());
    tally_.Begin("");
    {
      const Askers askers(federation_, tally_, seed);
      int left = static_cast<int>(programme_.size());
      for (const Attack& attack : programme_) {
        // What one takes longer, for instance until all are back, the others have less of.
        slice_ = std::max(absl::ZeroDuration(), (end_ - absl::Now()) / left--);
        RunOne(attack, memory);
      }
      federation_.AwaitWhole();
    }
    const int trend = TheOptions().length < kTrendFrom ? 0 : memory.Trend();
    if (trend > kTrendMib + logs_mib_) tally_.Break("memory grows");
    if (tally_.shown() >= kFigures && tally_.within() < kWithin * tally_.shown()) {
      tally_.Break("margins of protected figures are too narrow");
    }
    std::cout << TableOf(tally_) << WordsOf(tally_) << VerdictOf(tally_, trend);
    EXPECT_TRUE(tally_.broken().empty());
  }

 private:
  static std::vector<std::string> Everybody() {
    std::vector<std::string> all = kHonest;
    all.push_back(kHostile);
    return all;
  }
  static int Most(const std::map<std::string, int>& mib) {
    int most = 0;
    for (const auto& [member, each] : mib) most = std::max(most, each);
    return most;
  }
  void RunOne(const Attack& attack, MemoryWatch& memory) {
    absl::SleepFor(slice_ / 4);
    const int before = Most(memory.Now());
    memory.TakeMost();
    std::cerr << absl::FormatTime(absl::Now()) << " " << attack.name << "\n";
    tally_.Begin(attack.name);
    Turn turn = {federation_, tally_, absl::Now() + slice_ / 2, 0};
    const std::string outcome = attack.run(turn);
    AwaitAnAnswer(attack.name);
    const int most = memory.TakeMost();
    tally_.Begin("");
    federation_.AwaitWhole();
    absl::SleepFor(slice_ / 4);
    const int after = Most(memory.Now());
    tally_.NoteAttack([&](Stretch& stretch) {
      stretch.memory_before_mib = before;
      stretch.memory_most_mib = most;
      stretch.memory_after_mib = after;
      stretch.outcome = outcome;
    });
    if (most >= kMemoryMib) tally_.Break(absl::StrCat(attack.name, ": ", most, " MiB"));
    const int log_mib = static_cast<int>(kLogTimes * turn.log_bytes >> 20);
    logs_mib_ += log_mib;
    if (after > before + kKeptMib + log_mib) {
      tally_.Break(absl::StrCat(attack.name, ": ", after, " MiB after it, ", before, " before"));
    }
  }
  // Under every attack somebody is still answered.
  void AwaitAnAnswer(const std::string& name) {
    const absl::Time latest = absl::Now() + absl::Seconds(60);
    while (tally_.stretches().back().answered == 0) {
      if (absl::Now() > latest) return tally_.Break("nobody was answered: " + name);
      absl::SleepFor(absl::Milliseconds(50));
    }
  }

  const Pool pool_;
  Federation federation_;
  Tally tally_;
  const std::vector<Attack> programme_;
  const absl::Time end_;
  absl::Duration slice_;  // of the attack that is on: a half, and a quarter before and after it
  int logs_mib_ = 0;      // what the hostile member's log may hold of everybody's memory
};

TEST(HostileSoak, PromisesAreKept) { Soak(TheOptions()).Run(TheOptions().seed); }

bool Parse(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const long value = std::atol(argv[i + 1]);
    if (name == "--seconds" && value > 0) {
      TheOptions().length = absl::Seconds(value);
    } else if (name == "--only") {
      TheOptions().only = argv[i + 1];
    } else if (name == "--seed") {
      TheOptions().seed = static_cast<uint64_t>(value);
    } else {
      return false;
    }
  }
  return argc % 2 == 1;
}

}  // namespace
}  // namespace commons::soak

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (!commons::soak::Parse(argc, argv)) {
    std::cerr << "hostile_soak [--seconds N] [--seed N] [--only ATTACK]\n";
    return 2;
  }
  return RUN_ALL_TESTS();
}
