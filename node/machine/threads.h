// Threads that may not be had: a unit's TasksMax, or memory, runs out without anybody's fault.
#ifndef COMMONS_NODE_MACHINE_THREADS_H_
#define COMMONS_NODE_MACHINE_THREADS_H_

#include <functional>

#include "absl/status/status.h"

namespace commons::node {

// Runs `work` on a thread of its own, sooner or later. Not OK: it will never run.
using StartThread = std::function<absl::Status(std::function<void()> work)>;

// kUnavailable: the system gives no more threads.
absl::Status StartDetached(std::function<void()> work);

}  // namespace commons::node

#endif  // COMMONS_NODE_MACHINE_THREADS_H_
