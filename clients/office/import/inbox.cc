#include "clients/office/import/inbox.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/node_files.h"
#include "base/status.h"
#include "crypto/random.h"

namespace commons::clients {
namespace {

constexpr size_t kPieceBytes = 1 << 30;

absl::Status Failed(const std::string& from) {
  return absl::InvalidArgumentError(
      absl::StrCat(from, ": can't be put into the inbox: ", strerror(errno)));
}

bool WriteAll(int out, const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = write(out, bytes, size);
    if (written < 0 && errno != EINTR) return false;
    if (written < 0) continue;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

// From what the kernel can't send from, such as a pipe.
bool CopyStream(int in, int out) {
  char piece[1 << 16];
  for (;;) {
    const ssize_t got = read(in, piece, sizeof(piece));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0;
    if (!WriteAll(out, piece, static_cast<size_t>(got))) return false;
  }
}

bool CopyBytes(int in, int out, std::optional<gid_t> readers) {
  struct stat source;
  if (fstat(in, &source) != 0 || (readers && fchown(out, static_cast<uid_t>(-1), *readers) != 0) ||
      fchmod(out, readers ? 0640 : source.st_mode & 0777) != 0) {
    return false;
  }
  ssize_t sent;
  do {
    sent = sendfile(out, in, nullptr, kPieceBytes);
  } while (sent > 0 || (sent < 0 && errno == EINTR));
  return sent == 0 || (errno == EINVAL && CopyStream(in, out));
}

}  // namespace

absl::Status CopyAsNew(const std::string& from, const std::string& to,
                       std::optional<gid_t> readers) {
  const int in = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return Failed(from);
  const int out = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  absl::Status status;
  if (out < 0) {
    status = Failed(from);
  } else {
    if (!CopyBytes(in, out, readers)) status = Failed(from);
    if (close(out) != 0 && status.ok()) status = Failed(from);
    if (!status.ok()) unlink(to.c_str());
  }
  close(in);
  return status;
}

absl::StatusOr<std::string> PlaceInInbox(const std::string& from, const std::string& inbox) {
  const std::string name = node_files::PlacedName(
      absl::BytesToHexString(crypto::SystemRandom().Bytes(node_files::kUniqueBytes)));
  const std::string to = absl::StrCat(inbox, "/", name);
  struct stat folder;
  if (stat(inbox.c_str(), &folder) == 0 && folder.st_uid != geteuid()) {
    RETURN_IF_ERROR(CopyAsNew(from, to, folder.st_gid));
    return name;
  }
  std::error_code error;
  std::filesystem::create_hard_link(std::filesystem::canonical(from, error), to, error);
  if (error) RETURN_IF_ERROR(CopyAsNew(from, to));
  return name;
}

}  // namespace commons::clients
