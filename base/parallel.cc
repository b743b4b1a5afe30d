#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace commons {

void RunParallel(size_t count, size_t at_once, absl::FunctionRef<void(size_t)> job) {
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < count; i = next++) job(i);
  };
  std::vector<std::thread> others;
  try {
    for (size_t n = 1; n < std::min(count, at_once); ++n) others.emplace_back(work);
  } catch (const std::system_error&) {  // those that there are do it all
  }
  work();
  for (std::thread& other : others) other.join();
}

}  // namespace commons
