#include "base/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "absl/strings/str_cat.h"

namespace commons {
namespace {

absl::Status Failed(const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat(path, ": can't be written"));
}

bool WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

bool MoveTo(const std::string& part, const std::string& path, IfThere if_there) {
  if (if_there == IfThere::kReplace) return rename(part.c_str(), path.c_str()) == 0;
  if (renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // File systems that can't do that have hard links.
  if (link(part.c_str(), path.c_str()) != 0) return false;
  unlink(part.c_str());
  return true;
}

bool SyncDirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string dir = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int fd = open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  // Some file systems sync no directories and say so.
  const bool synced = fsync(fd) == 0 || errno == EINVAL;
  close(fd);
  return synced;
}

}  // namespace

absl::Status WriteWholeFile(const std::string& path, absl::string_view bytes, unsigned mode,
                            IfThere if_there) {
  const std::string part = absl::StrCat(path, ".part-", getpid());
  unlink(part.c_str());  // of a process that was killed and had the same number
  const int fd =
      open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return Failed(path);
  const bool written = WriteAll(fd, bytes) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
  if (close(fd) != 0 || !written || !MoveTo(part, path, if_there)) {
    const absl::Status status = Failed(path);
    unlink(part.c_str());
    return status;
  }
  return SyncDirectoryOf(path) ? absl::OkStatus() : Failed(path);
}

}  // namespace commons
