// Independent jobs on a few threads.
#ifndef COMMONS_CLIENTS_OFFICE_PARALLEL_H_
#define COMMONS_CLIENTS_OFFICE_PARALLEL_H_

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"

namespace commons::clients {

// Runs job(0) .. job(count - 1) on at most four threads and returns the error of the first job that
// failed; jobs not yet begun are then left out.
template <typename Job>
absl::Status Parallel(size_t count, Job job) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  absl::Status first;
  auto work = [&] {
    for (size_t i = next++; i < count; i = next++) {
      const absl::Status status = job(i);
      if (status.ok()) continue;
      std::lock_guard<std::mutex> lock(mutex);
      first.Update(status);
      next = count;
    }
  };
  std::vector<std::thread> threads;
  for (size_t i = 1; i < std::min<size_t>(count, 4); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return first;
}

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_PARALLEL_H_
