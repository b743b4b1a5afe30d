// Samples the resident memory of the honest daemons all the time.
#ifndef COMMONS_TESTS_BENCH_SOAK_MEMORY_WATCH_H_
#define COMMONS_TESTS_BENCH_SOAK_MEMORY_WATCH_H_

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/attacks/lab.h"

namespace commons::soak {

// Thread-safe.
class MemoryWatch {
 public:
  explicit MemoryWatch(const attacks::Lab& lab);
  ~MemoryWatch();

  // MiB now, by member; the most of any since the last call.
  std::map<std::string, int> Now() const;
  int TakeMost();
  // How much more the member that is never killed holds at the end of its life than after the
  // first third of it: medians over a sixth of the samples each. MiB.
  int Trend() const;

 private:
  void Watch();

  const attacks::Lab& lab_;
  std::atomic<bool> over_ = false;
  mutable std::mutex mu_;
  int most_ = 0;
  std::vector<int> lasting_;
  std::thread thread_;
};

}  // namespace commons::soak

#endif  // COMMONS_TESTS_BENCH_SOAK_MEMORY_WATCH_H_
