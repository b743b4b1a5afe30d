#include "clients/cli/local_client.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document.h"

namespace commons::clients {

absl::StatusOr<std::unique_ptr<LocalClient>> LocalClient::Connect(const std::string& dir) {
  const int fd = open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct stat info;
  if (fd < 0 || fstatat(fd, "local.sock", &info, 0) != 0) {
    if (fd >= 0) close(fd);
    return absl::UnavailableError(
        absl::StrCat("no daemon runs in ", dir, "; start it with: commonsd --dir ", dir));
  }
  // A socket path may have 107 bytes at most; the descriptor's name is always short.
  grpc::ChannelArguments args;
  args.SetInt("grpc.enable_http_proxy", 0);
  args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  args.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2000);
  args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  args.SetMaxReceiveMessageSize(limits::kLocalMessageBytes);
  auto channel = grpc::CreateCustomChannel(absl::StrCat("unix:/proc/self/fd/", fd, "/local.sock"),
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
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
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
