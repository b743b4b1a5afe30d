// Lines for a reader that may stand still, such as a pipe that nobody empties.
#ifndef COMMONS_NODE_LOG_BOUNDED_WRITER_H_
#define COMMONS_NODE_LOG_BOUNDED_WRITER_H_

#include "absl/strings/string_view.h"

namespace commons::node {

// A daemon must end, and renew its certificate, whether or not somebody reads its log: a line waits
// for the reader a moment and is dropped then. Lines after it do not wait until one was written.
// For one thread at a time.
class BoundedWriter {
 public:
  static constexpr int kPatienceMs = 200;

  explicit BoundedWriter(int fd) : fd_(fd) {}
  // line: with its end. Whether all of it was written; a line that was cut ends before the next.
  bool Write(absl::string_view line);

 private:
  bool IsReady() const;
  bool WriteAll(absl::string_view bytes);

  const int fd_;
  bool stands_still_ = false;
  bool cut_ = false;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_LOG_BOUNDED_WRITER_H_
