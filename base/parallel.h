// Independent jobs on a few threads.
#ifndef COMMONS_BASE_PARALLEL_H_
#define COMMONS_BASE_PARALLEL_H_

#include <cstddef>

#include "absl/functional/function_ref.h"

namespace commons {

// Runs job(0) .. job(count - 1), at most `at_once` of them at a time, one of them on the caller's
// thread, and returns when all are done. Fewer at a time where the system gives no more threads.
// `job` is called on several threads at once, and must not throw.
void RunParallel(size_t count, size_t at_once, absl::FunctionRef<void(size_t)> job);

}  // namespace commons

#endif  // COMMONS_BASE_PARALLEL_H_
