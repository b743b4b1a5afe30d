#include "crypto/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/whole_file.h"
#include "crypto/aead.h"
#include "crypto/keyfile_format.h"
#include "crypto/sodium.h"

namespace commons::crypto {
namespace {

using internal::KeyFileText;
using internal::WipeAtExit;

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

SecretKeyAccess Token() { return SecretKeyAccess::IKnowWhatIAmDoing(); }

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

absl::Status FileError(absl::string_view doing, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("key file: ", doing, " ", path));
}

// A key that is there in part would keep a daemon from starting for ever.
absl::Status WriteNew(const std::string& path, absl::string_view text) {
  const absl::Status written = WriteWholeFile(path, text, S_IRUSR | S_IWUSR, IfThere::kRefuse);
  if (written.ok()) return written;
  return absl::Status(written.code(), absl::StrCat("key file: ", written.message()));
}

bool OpenToOthers(int fd, const struct stat& info) {
  if ((info.st_mode & kOthers) == 0) return false;
  // systemd hands a service its credential through an ACL on root's file, and an ACL's mask shows
  // as the group's bits.
  return info.st_uid != 0 || (info.st_mode & kOthers & ~S_IRGRP) != 0 ||
         fgetxattr(fd, "system.posix_acl_access", nullptr, 0) <= 0;
}

absl::StatusOr<std::string> ReadText(const std::string& path) {
  // O_NONBLOCK: a named pipe must not hang us.
  File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.fd() < 0) return FileError("open", path);
  struct stat info;
  if (fstat(file.fd(), &info) != 0) return FileError("stat", path);
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat("key file: ", path, " is not a file"));
  }
  if (OpenToOthers(file.fd(), info)) {
    return absl::PermissionDeniedError(
        absl::StrCat("key file: ", path, " is open to other users: chmod 600 it"));
  }
  std::string text(internal::kKeyFileBytes + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t n = read(file.fd(), text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FileError("read", path);
    if (n == 0) break;
    size += static_cast<size_t>(n);
  }
  text.resize(size);
  return text;
}

absl::StatusOr<KeyFileText> ReadAndParse(const std::string& path) {
  ASSIGN_OR_RETURN(std::string text, ReadText(path));
  WipeAtExit wipe(text);
  auto parsed = internal::ParseKeyFile(text);
  if (parsed.ok()) return parsed;
  return absl::Status(parsed.status().code(),
                      absl::StrCat(parsed.status().message(), " (", path, ")"));
}

absl::StatusOr<AeadKey> DeriveKey(const KeyFileText& file, absl::string_view passphrase) {
  internal::LockedBytes<crypto_aead_xchacha20poly1305_ietf_KEYBYTES> key;
  if (crypto_pwhash(key.data(), key.kSize, passphrase.data(), passphrase.size(),
                    internal::AsBytes(file.salt), file.ops, file.memory_bytes,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return absl::ResourceExhaustedError(
        absl::StrCat("key file: Argon2id needs ", file.memory_bytes >> 20, " MiB of memory"));
  }
  return AeadKey::FromBytes({reinterpret_cast<const char*>(key.data()), key.kSize}, Token());
}

absl::StatusOr<std::string> UnsealSeed(const KeyFileText& file, absl::string_view passphrase) {
  if (passphrase.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("key file: ", file.label, " needs a passphrase"));
  }
  ASSIGN_OR_RETURN(const AeadKey key, DeriveKey(file, passphrase));
  auto seed = key.Open(file.sealed, file.header);
  if (!seed.ok()) {
    return absl::UnauthenticatedError("key file: wrong passphrase, or the file was changed");
  }
  return seed;
}

}  // namespace

absl::Status WriteRawKey(const std::string& path, absl::string_view label, bool practice,
                         const SigningKey& key) {
  RETURN_IF_ERROR(internal::CheckLabel(label));
  KeyFileText file;
  file.label = std::string(label);
  file.practice = practice;
  file.public_key = key.public_key();
  file.seed = key.Seed(Token());
  WipeAtExit wipe_seed(file.seed);
  std::string text = internal::FormatRaw(file);
  WipeAtExit wipe_text(text);
  return WriteNew(path, text);
}

absl::Status WriteProtectedKey(const std::string& path, absl::string_view label,
                               const SigningKey& key, absl::string_view passphrase,
                               KeyStrength strength) {
  RETURN_IF_ERROR(internal::CheckLabel(label));
  if (passphrase.empty()) return absl::InvalidArgumentError("key file: empty passphrase");
  const bool moderate = strength == KeyStrength::kModerate;
  KeyFileText file;
  file.label = std::string(label);
  file.public_key = key.public_key();
  file.ops = moderate ? crypto_pwhash_OPSLIMIT_MODERATE : crypto_pwhash_OPSLIMIT_INTERACTIVE;
  file.memory_bytes =
      moderate ? crypto_pwhash_MEMLIMIT_MODERATE : crypto_pwhash_MEMLIMIT_INTERACTIVE;
  file.salt = SystemRandom().Bytes(crypto_pwhash_SALTBYTES);
  file.header = internal::FormatProtectedHeader(file);
  ASSIGN_OR_RETURN(const AeadKey sealing_key, DeriveKey(file, passphrase));
  std::string seed = key.Seed(Token());
  WipeAtExit wipe(seed);
  file.sealed = sealing_key.Seal(seed, file.header, SystemRandom());
  return WriteNew(path, internal::FormatProtected(file));
}

absl::StatusOr<KeyFile> ReadKey(const std::string& path, absl::string_view passphrase) {
  ASSIGN_OR_RETURN(KeyFileText file, ReadAndParse(path));
  if (file.is_protected()) {
    ASSIGN_OR_RETURN(file.seed, UnsealSeed(file, passphrase));
  }
  WipeAtExit wipe(file.seed);
  ASSIGN_OR_RETURN(SigningKey key, SigningKey::FromSeed(file.seed, Token()));
  if (key.public_key() != file.public_key) {
    return absl::UnauthenticatedError(
        absl::StrCat("key file: the public key in ", path, " is not the seed's"));
  }
  return KeyFile{std::move(file.label), file.practice, std::move(key)};
}

absl::StatusOr<bool> NeedsPassphrase(const std::string& path) {
  ASSIGN_OR_RETURN(KeyFileText file, ReadAndParse(path));
  WipeAtExit wipe(file.seed);
  return file.is_protected();
}

}  // namespace commons::crypto
