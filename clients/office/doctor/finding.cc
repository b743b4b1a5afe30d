#include "clients/office/doctor/finding.h"

#include <sys/stat.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace commons::clients {

Finding NotSeen(absl::string_view path, int error) {
  if (error == EACCES) {
    return {std::string(path), "you may not look at it",
            "that may be well; to check it, run as the user of the daemon"};
  }
  return {std::string(path), "is missing", "restore it from a backup of the node's directory"};
}

Finding CheckMode(const std::string& path, mode_t forbidden, absl::string_view remedy) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return NotSeen(path, errno);
  if (info.st_mode & forbidden) return {path, "others may use it", absl::StrCat(remedy, " ", path)};
  return Well(path);
}

}  // namespace commons::clients
