#include "node/edge/callers.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "crypto/random.h"

namespace commons::node {
namespace {

constexpr absl::string_view kScheme = "unix-abstract:";  // gRPC's

bool NameSocket(int fd, const std::string& name) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const size_t size = offsetof(sockaddr_un, sun_path) + 1 + name.size();
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(size)) == 0;
}

}  // namespace

Callers::Callers()
    : prefix_(absl::StrCat("commonsd-", absl::BytesToHexString(crypto::SystemRandom().Bytes(16)),
                           "-")) {}

absl::StatusOr<Callers::Pair> Callers::Connect(const crypto::CertifiedKey& caller) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ResourceExhaustedError("no descriptors left for a connection");
  }
  std::lock_guard lock(mu_);
  const std::string name = absl::StrCat(prefix_, ++count_);
  if (!NameSocket(ends[0], name)) {
    close(ends[0]);
    close(ends[1]);
    return absl::ResourceExhaustedError("no name left for a connection");
  }
  by_name_.emplace(absl::StrCat(kScheme, name), caller);
  return Pair{ends[0], ends[1], absl::StrCat(kScheme, name)};
}

void Callers::Forget(const std::string& name) {
  std::lock_guard lock(mu_);
  by_name_.erase(name);
}

absl::StatusOr<crypto::CertifiedKey> Callers::Find(const std::string& peer) const {
  std::lock_guard lock(mu_);
  const auto it = by_name_.find(peer);
  if (it == by_name_.end()) return absl::UnauthenticatedError("the connection has gone");
  return it->second;
}

}  // namespace commons::node
