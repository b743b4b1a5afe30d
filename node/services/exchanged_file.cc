#include "node/services/exchanged_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/limits.h"

namespace commons::node {

bool IsPlainName(const std::string& file) {
  return !file.empty() && file.size() <= limits::kNameBytes && file[0] != '.' &&
         file.find('/') == std::string::npos && file.find('\0') == std::string::npos;
}

ExchangedFile::ExchangedFile(const std::string& dir, const std::string& file) : fd_(-1) {
  const int inside = open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (inside < 0) return;
  fd_ = openat(inside, file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  close(inside);
  struct stat info;
  if (fd_ >= 0 && (fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode))) {
    close(fd_);
    fd_ = -1;
  }
}

ExchangedFile::~ExchangedFile() {
  if (fd_ >= 0) close(fd_);
}

absl::Status LetGroupRead(const std::string& dir, const std::string& file) {
  const ExchangedFile opened(dir, file);
  struct stat info;
  if (opened.fd() < 0 || fstat(opened.fd(), &info) != 0 || info.st_nlink != 1 ||
      info.st_uid != geteuid() || fchmod(opened.fd(), 0640) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(file, ": not the file that was written"));
  }
  return absl::OkStatus();
}

}  // namespace commons::node
