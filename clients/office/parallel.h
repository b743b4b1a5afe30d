// Independent jobs that may fail, on a few threads.
#ifndef COMMONS_CLIENTS_OFFICE_PARALLEL_H_
#define COMMONS_CLIENTS_OFFICE_PARALLEL_H_

#include <atomic>
#include <cstddef>
#include <mutex>

#include "absl/status/status.h"
#include "base/parallel.h"

namespace commons::clients {

// Runs job(0) .. job(count - 1) on at most four threads and returns the error of the first job that
// failed; jobs not yet begun are then left out.
template <typename Job>
absl::Status Parallel(size_t count, Job job) {
  std::atomic<bool> failed = false;
  std::mutex mutex;
  absl::Status first;
  RunParallel(count, 4, [&](size_t i) {
    if (failed) return;
    const absl::Status status = job(i);
    if (status.ok()) return;
    std::lock_guard<std::mutex> lock(mutex);
    first.Update(status);
    failed = true;
  });
  return first;
}

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_PARALLEL_H_
