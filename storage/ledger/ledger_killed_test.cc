// What a node that is killed without warning has spent.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <string>

#include "base/temp_dir_for_test.h"
#include "gtest/gtest.h"
#include "storage/ledger/ledger.h"
#include "storage/ledger/ledger_for_test.h"

namespace commons::storage {
namespace {

// Reserves and finalises for ever; after each Finalise that returned, tells so by one byte.
// `now` is a later one in each round: what the last one reserved and left must have lapsed.
int SpendUntilKilled(const std::string& path, uint64_t first, absl::Time now, int tell) {
  auto db = Database::Open(path);
  if (!db.ok()) return 1;
  auto ledger = Ledger::Open(**db);
  if (!ledger.ok()) return 1;
  for (uint64_t q = first;; ++q) {
    if (!(*ledger)->Reserve(Charge(q, 1, kMax), now).ok()) return 1;
    if (!(*ledger)->Finalise(Query(q), 1, now).ok()) return 1;
    if (write(tell, "f", 1) != 1) return 1;
  }
}

// Runs `body` in a forked process, which ends without any clean-up; its value is the exit code.
// The parent must hold no open Database of its own that the child would use.
template <typename Body>
int InChild(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(LedgerKilled, NoFinaliseThatReturnedIsLost) {
  TempDir dir;
  std::mt19937 random(7);
  uint64_t told = 0;
  for (uint64_t round = 0; round < 8; ++round) {
    int tell[2];
    ASSERT_EQ(pipe(tell), 0);
    const pid_t child = fork();
    if (child == 0) {
      _exit(SpendUntilKilled(dir / "db", round * 1'000'000, kNoon + absl::Minutes(round), tell[1]));
    }
    close(tell[1]);
    char byte;
    for (uint32_t wanted = 1 + random() % 20; wanted > 0; --wanted) {
      ASSERT_EQ(read(tell[0], &byte, 1), 1);
      ++told;
    }
    kill(child, SIGKILL);
    while (read(tell[0], &byte, 1) == 1) ++told;
    close(tell[0]);
    int status;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    // Read back in another process, so that this one never has RocksDB's threads when it forks.
    const int ended = InChild([&] {
      auto db = Database::Open(dir / "db");
      if (!db.ok()) return 2;
      auto ledger = Ledger::Open(**db);
      if (!ledger.ok()) return 3;
      const uint64_t spent = (*ledger)->BalanceOf("covid_cases", kNoon).spent_micro_rho;
      if (spent < told) return 4;              // a Finalise was lost
      if (spent > told + round + 1) return 5;  // at most one a round was final but not yet told
      return 0;
    });
    ASSERT_EQ(ended, 0) << "round " << round;
  }
}

}  // namespace
}  // namespace commons::storage
