#include "node/machine/threads.h"

#include <system_error>
#include <thread>
#include <utility>

namespace commons::node {

absl::Status StartDetached(std::function<void()> work) {
  try {
    std::thread(std::move(work)).detach();
  } catch (const std::system_error&) {
    return absl::UnavailableError("this node has no thread left for it");
  }
  return absl::OkStatus();
}

}  // namespace commons::node
