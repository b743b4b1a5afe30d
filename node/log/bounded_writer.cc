#include "node/log/bounded_writer.h"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace commons::node {

bool BoundedWriter::IsReady() const {
  pollfd waits = {fd_, POLLOUT, 0};
  const int ready = poll(&waits, 1, stands_still_ ? 0 : kPatienceMs);
  return ready == 1 && (waits.revents & POLLOUT) != 0;
}

bool BoundedWriter::WriteAll(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (!IsReady()) return false;
    // So much a pipe that is ready takes without a wait, also where writes wait.
    const ssize_t n = write(fd_, bytes.data(), std::min<size_t>(bytes.size(), PIPE_BUF));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    cut_ = true;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  cut_ = false;
  return true;
}

bool BoundedWriter::Write(absl::string_view line) {
  const bool written = (!cut_ || WriteAll("\n")) && WriteAll(line);
  stands_still_ = !written;
  return written;
}

}  // namespace commons::node
