#include "clients/office/doctor/daemon_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/node_files.h"

namespace commons::clients {
namespace {

constexpr char kPutBack[] = "put it back from a backup of this directory";
constexpr char kRestoreAll[] =
    "copy what is left away, then restore the node's whole directory from its newest backup";

// 0, or why it can't be read.
int ErrorOfReading(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

// Whether the one who looks is the daemon's user: the owner of keys/, which nobody else may enter.
bool IsDaemonsUser(const std::string& dir) {
  struct stat keys;
  return stat(node_files::Path(dir, node_files::kKeys).c_str(), &keys) == 0 &&
         keys.st_uid == geteuid();
}

// Another owner than that of keys/ keeps the daemon out, though root sees nothing amiss.
bool IsForeign(const std::string& dir, const std::string& path) {
  struct stat keys, info;
  return stat(node_files::Path(dir, node_files::kKeys).c_str(), &keys) == 0 &&
         stat(path.c_str(), &info) == 0 && info.st_uid != keys.st_uid;
}

Finding OfUnreadable(const std::string& dir, const std::string& path, int error) {
  if (error == EACCES && !IsDaemonsUser(dir)) return NotSeen(path, error);
  return {path, absl::StrCat("can't be read: ", std::strerror(error)),
          error == EACCES ? "let the daemon's user own it" : "look at its disk"};
}

// What the daemon made and must read again.
Finding CheckOwned(const std::string& dir, const std::string& path, int error) {
  if (error != 0) return OfUnreadable(dir, path, error);
  if (IsForeign(dir, path)) {
    return {path, "belongs to another user than keys/",
            "let the daemon's user own the directory and all that is in it (chown -R)"};
  }
  return Well(path);
}

Finding CheckDatabase(const std::string& dir, int error) {
  const std::string path = node_files::Path(dir, node_files::kDatabase);
  if (error == ENOENT) {
    return {path, absl::StrCat("is missing, and ", node_files::kMark, " says that there was one"),
            kRestoreAll};
  }
  return CheckOwned(dir, path, error);
}

Finding CheckMark(const std::string& dir, int error) {
  const std::string path = node_files::Path(dir, node_files::kMark);
  if (error == ENOENT) {
    return {
        path,
        "is missing beside a database, so that a start can't tell whether a part of it was lost",
        absl::StrCat(kPutBack, "; without one, the next start makes it of what is there")};
  }
  return CheckOwned(dir, path, error);
}

Finding CheckOwnKey(const std::string& dir, const char* label) {
  const std::string path = node_files::MachineKey(dir, label);
  const int error = ErrorOfReading(path);
  if (error == ENOENT) {
    return {path, "is missing, and this node holds data: the daemon does not start without it",
            kPutBack};
  }
  const Finding owned = CheckOwned(dir, path, error);
  return owned.problem.empty() ? CheckMode(path, 077, "chmod 600") : owned;
}

}  // namespace

std::vector<Finding> CheckDaemonFiles(const std::string& dir) {
  const int mark = ErrorOfReading(node_files::Path(dir, node_files::kMark));
  const int database = ErrorOfReading(node_files::Path(dir, node_files::kDatabase, "CURRENT"));
  if (mark == ENOENT && (database == ENOENT || database == ENOTDIR)) return {};
  return {CheckDatabase(dir, database), CheckMark(dir, mark),
          CheckOwnKey(dir, node_files::kStoreKey), CheckOwnKey(dir, node_files::kNoiseKey)};
}

Finding CheckSharedFolder(const std::string& path) {
  const Finding mode = CheckMode(path, 007, "chmod o-rwx");
  if (!mode.problem.empty()) return mode;
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return NotSeen(path, errno);
  if (!S_ISDIR(info.st_mode)) {
    return {path, "is no folder", "move it away; the next start of commonsd makes one"};
  }
  if ((info.st_mode & S_IRWXU) != S_IRWXU) {
    return {path, "its owner may not use it", absl::StrCat("chmod u+rwx ", path)};
  }
  if (faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) == 0) return Well(path);
  const int error = errno;
  return {path, absl::StrCat("you can't write to it: ", std::strerror(error)),
          error == EACCES ? "who imports belongs to its group" : "look at its disk"};
}

}  // namespace commons::clients
