#include "clients/cli/local_client.h"

#include <fcntl.h>
#include <grpc/compression.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/document.h"

namespace commons::clients {

namespace {

// Whether somebody accepts connections there: a killed daemon leaves its socket behind.
absl::Status Knock(const std::string& dir, const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const bool open =
      fd >= 0 && connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (open || error == EAGAIN) return absl::OkStatus();  // EAGAIN: its queue is full
  if (error == EACCES) {
    return absl::UnavailableError(
        absl::StrCat(dir, "/local.sock: Permission denied; its owner and group may use it"));
  }
  return absl::UnavailableError(
      absl::StrCat("no daemon runs in ", dir, "; start it with: commonsd --dir ", dir));
}

}  // namespace

absl::StatusOr<std::unique_ptr<LocalClient>> LocalClient::Connect(const std::string& dir) {
  const int fd = open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  // A socket path may have 107 bytes at most; the descriptor's name is always short.
  const std::string socket_path = absl::StrCat("/proc/self/fd/", fd, "/local.sock");
  if (absl::Status answers = Knock(dir, socket_path); !answers.ok()) {
    if (fd >= 0) close(fd);
    return answers;
  }
  grpc::ChannelArguments args;
  args.SetInt("grpc.enable_http_proxy", 0);
  args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  args.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2000);
  args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  // gRPC holds its size limit against a message only once it is inflated whole.
  args.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  args.SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1 << GRPC_COMPRESS_NONE);
  args.SetMaxReceiveMessageSize(limits::kLocalMessageBytes);
  auto channel = grpc::CreateCustomChannel(absl::StrCat("unix:", socket_path),
                                           grpc::experimental::LocalCredentials(UDS), args);
  return std::unique_ptr<LocalClient>(new LocalClient(fd, std::move(channel)));
}

LocalClient::LocalClient(int dir_fd, std::shared_ptr<grpc::Channel> channel)
    : dir_fd_(dir_fd), ask_(v1::Ask::NewStub(channel)), admin_(v1::Admin::NewStub(channel)) {}

LocalClient::~LocalClient() {
  ask_.reset();
  admin_.reset();
  close(dir_fd_);
}

absl::Status LocalClient::ToAbsl(const grpc::Status& status) {
  // Said by gRPC, not by the daemon: which file and which error is of no use to people.
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      return absl::UnavailableError(
          "the daemon ended or stopped before it answered; look at its log");
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return absl::DeadlineExceededError("the daemon did not answer in time; look at its log");
    default:
      return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                          status.error_message());
  }
}

absl::StatusOr<v1::RuleFile> LocalClient::Documents(absl::string_view payload_type) {
  v1::DocumentsRequest request;
  request.set_payload_type(std::string(payload_type));
  v1::RuleFile all;
  std::set<DocId> known;
  while (true) {
    ASSIGN_OR_RETURN(v1::RuleFile page, Call(*admin_, &v1::Admin::Stub::Documents, request));
    if (page.envelopes().empty()) return all;
    request.set_from(request.from() + static_cast<uint64_t>(page.envelopes_size()));
    for (v1::Envelope& envelope : *page.mutable_envelopes()) {
      if (!known.insert(governance::IdOf(envelope)).second) continue;
      *all.add_envelopes() = std::move(envelope);
    }
  }
}

absl::StatusOr<v1::StatusReply> LocalClient::Status(absl::Duration timeout) {
  return Call(*admin_, &v1::Admin::Stub::Status, v1::StatusRequest(), timeout);
}

}  // namespace commons::clients
