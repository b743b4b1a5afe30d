// Files in inbox/ and outbox/, where the node and the organisation's people both write: what lies
// there may be a link that somebody put in a file's place.
#ifndef COMMONS_NODE_SERVICES_EXCHANGED_FILE_H_
#define COMMONS_NODE_SERVICES_EXCHANGED_FILE_H_

#include <string>

#include "absl/status/status.h"

namespace commons::node {

// A name without a path, of at most limits::kNameBytes, and not a hidden one.
bool IsPlainName(const std::string& file);

// A regular file that lies in the directory itself, open for reading: no symbolic link leads out of
// it. It may have other names; clients put a CSV in inbox/ as a hard link rather than copy it.
class ExchangedFile {
 public:
  ExchangedFile(const std::string& dir, const std::string& file);
  ~ExchangedFile();
  ExchangedFile(const ExchangedFile&) = delete;
  ExchangedFile& operator=(const ExchangedFile&) = delete;
  // -1: no such file.
  int fd() const { return fd_; }

 private:
  int fd_;
};

// Mode 0640 for what this node wrote there. kFailedPrecondition, and nothing changed, if it is not
// the node's own regular file with this name only.
absl::Status LetGroupRead(const std::string& dir, const std::string& file);

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_EXCHANGED_FILE_H_
