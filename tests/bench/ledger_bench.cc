// What past questions cost in memory and at the start, at one owner's stores alone.
//   ledger_bench DIR [QUESTIONS]     DIR must not exist; it is left behind
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "storage/ledger/ledger.h"
#include "storage/release_store.h"

namespace commons::storage {
namespace {

constexpr size_t kReleaseBytes = 2'000;  // of three members, by sex
const absl::Time kBegin = absl::FromUnixSeconds(1'700'000'000);

double Seconds() {
  using Clock = std::chrono::steady_clock;
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

double ResidentMiB() {
  size_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double AllocatedMiB() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd) / (1 << 20);
}

void Show(const char* what, uint64_t questions) {
  std::printf("%-12s %7lu questions: resident %5.1f MiB, allocated %5.1f MiB\n", what, questions,
              ResidentMiB(), AllocatedMiB());
  std::fflush(stdout);
}

QueryId Number(uint64_t n) {
  QueryId id;  // spread, as hashes are
  uint64_t state = n;
  for (size_t i = 0; i < QueryId::kSize; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    id.mutable_data()[i] = static_cast<uint8_t>(state >> 56);
  }
  return id;
}

template <typename Status>
void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "a store failed\n");
  std::exit(1);
}

void Answer(Ledger& ledger, ReleaseStore& releases, uint64_t n) {
  const absl::Time at = kBegin + absl::Milliseconds(100) * n;
  LedgerCharge charge;
  charge.dataset = "covid_cases";
  charge.query = Number(n);
  charge.cost.counts_micro_rho = 5'000;
  charge.budget_micro_rho = std::numeric_limits<uint64_t>::max();
  Check(ledger.Reserve(charge, at));
  Check(ledger.Finalise(charge.query, 1, at));
  Check(releases.Put({charge.query, 1, std::string(kReleaseBytes, 'r'), at}));
  ledger.Published(charge.query, 1);
}

int Main(const std::string& dir, uint64_t questions) {
  Show("before", 0);
  {
    const auto db = *Database::Open(dir);
    const auto ledger = *Ledger::Open(*db);
    ReleaseStore releases(*db);
    for (uint64_t n = 0; n < 2 * questions; ++n) {
      if (n % (questions / 2) == 0) Show("running", n);
      Answer(*ledger, releases, n);
    }
    Show("running", 2 * questions);
  }
  malloc_trim(0);
  Show("ended", 0);
  const double begin = Seconds();
  const auto db = *Database::Open(dir);
  const double opened = Seconds();
  const auto ledger = *Ledger::Open(*db);
  const double read = Seconds();
  Show("started", 2 * questions);
  std::printf("start: database %.0f ms, ledger %.0f ms\n", 1e3 * (opened - begin),
              1e3 * (read - opened));
  return 0;
}

}  // namespace
}  // namespace commons::storage

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: ledger_bench DIR [QUESTIONS]\n");
    return 2;
  }
  return commons::storage::Main(argv[1], argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 5'000);
}
