#include "clients/office/daemon/local_client.h"

#include <fcntl.h>
#include <grpc/compression.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/local_socket.h"
#include "base/node_files.h"
#include "base/status.h"
#include "governance/document/document.h"
#include "grpcpp/grpcpp.h"
#include "proto/local_service.grpc.pb.h"

namespace commons::clients {

namespace {

// -1 and errno, or a descriptor.
int ConnectTo(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

// Whether somebody accepts connections there: a killed daemon leaves its socket behind.
absl::Status Knock(const std::string& dir, const std::string& socket_path) {
  const int fd = ConnectTo(socket_path);
  const int error = errno;
  if (fd >= 0) close(fd);
  const bool open = fd >= 0;
  if (open || error == EAGAIN) return absl::OkStatus();  // EAGAIN: its queue is full
  if (error == EACCES) {
    return absl::PermissionDeniedError(
        absl::StrCat(node_files::Path(dir, node_files::kSocket),
                     ": Permission denied; its owner and group may use it"));
  }
  return absl::UnavailableError(
      absl::StrCat("no daemon runs in ", dir, "; start it with: commonsd --dir ", dir));
}

// To start a daemon there would be of no use.
absl::Status NoDirectory(const std::string& dir, int error) {
  const std::string message = absl::StrCat(dir, ": ", std::strerror(error));
  if (error == EACCES) {
    return absl::PermissionDeniedError(
        absl::StrCat(message, "; its owner and group may use the node"));
  }
  if (error != ENOENT && error != ENOTDIR) return absl::InternalError(message);
  return absl::NotFoundError(absl::StrCat(message, "; name the node's directory with --dir"));
}

// Whether a daemon is there and turns everybody away. It says so at once, as it says something to
// whom it lets in.
bool IsFull(const std::string& socket_path) {
  constexpr int kPatienceMs = 1000;
  const int fd = ConnectTo(socket_path);
  if (fd < 0) return false;
  pollfd waits = {fd, POLLIN, 0};
  char told[kSocketFull.size()];
  const bool full = poll(&waits, 1, kPatienceMs) == 1 &&
                    recv(fd, told, sizeof told, 0) == sizeof told &&
                    absl::string_view(told, sizeof told) == kSocketFull;
  close(fd);
  return full;
}

absl::Status ToAbsl(const grpc::Status& status, const std::string& socket_path) {
  // Said by gRPC, not by the daemon: which file and which error is of no use to people.
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      if (IsFull(socket_path)) {
        return absl::ResourceExhaustedError(
            absl::StrCat("this node is busy with other local clients (", limits::kLocalConnections,
                         " at once); try again when some have ended, or end those that hang"));
      }
      return absl::UnavailableError(
          "the daemon ended or stopped before it answered; look at its log");
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return absl::DeadlineExceededError("the daemon did not answer in time; look at its log");
    default:
      return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                          status.error_message());
  }
}

// A daemon of another version says the states of members and values elsewhere: what it says of them
// would be shown as nothing.
template <typename Reply>
bool MembersAreKnown(const Reply& reply) {
  return std::all_of(reply.members().begin(), reply.members().end(),
                     [](const auto& member) { return member.status() != 0; });
}
bool StatesAreKnown(const v1::ExplainReply& reply) { return MembersAreKnown(reply); }
bool StatesAreKnown(const v1::Answer& answer) {
  return MembersAreKnown(answer) &&
         std::all_of(answer.cells().begin(), answer.cells().end(), [](const v1::Cell& cell) {
           return std::all_of(cell.values().begin(), cell.values().end(),
                              [](const v1::CellValue& value) { return value.status() != 0; });
         });
}

absl::Status OtherVersion() {
  return absl::InternalError(
      "the daemon is of another version than this command; restart it (systemctl restart "
      "commonsd)");
}

}  // namespace

struct LocalClient::Stubs {
  Stubs(std::string path, const std::shared_ptr<grpc::Channel>& channel)
      : socket_path(std::move(path)), of(channel, channel, channel) {}

  template <typename Stub, typename Request, typename Reply>
  absl::StatusOr<Reply> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Reply*),
                             const Request& request, absl::Duration timeout = kTimeout) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    Reply reply;
    const grpc::Status status = (std::get<Stub>(of).*method)(&context, request, &reply);
    if (!status.ok()) return ToAbsl(status, socket_path);
    return reply;
  }

  const std::string socket_path;
  std::tuple<v1::Ask::Stub, v1::Admin::Stub, v1::Audit::Stub> of;
};

absl::StatusOr<std::unique_ptr<LocalClient>> LocalClient::Connect(const std::string& dir) {
  const int fd = open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return NoDirectory(dir, errno);
  // A socket path may have 107 bytes at most; the descriptor's name is always short.
  const std::string socket_path = absl::StrCat("/proc/self/fd/", fd, "/", node_files::kSocket);
  if (absl::Status answers = Knock(dir, socket_path); !answers.ok()) {
    close(fd);
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
  return std::unique_ptr<LocalClient>(
      new LocalClient(fd, std::make_unique<Stubs>(socket_path, std::move(channel))));
}

LocalClient::LocalClient(int dir_fd, std::unique_ptr<Stubs> stubs)
    : dir_fd_(dir_fd), stubs_(std::move(stubs)) {}

LocalClient::~LocalClient() {
  stubs_.reset();
  close(dir_fd_);
}

absl::StatusOr<v1::DocumentsReply> LocalClient::Documents(v1::DocumentsRequest request) {
  v1::DocumentsReply all;
  std::map<std::tuple<std::string, bool, DocId>, int> known;
  while (true) {
    ASSIGN_OR_RETURN(v1::DocumentsReply page, stubs_->Call(&v1::Admin::Stub::Documents, request));
    if (page.places_size() != page.envelopes_size()) return OtherVersion();
    all.set_commons_id(page.commons_id());
    all.set_as_of(page.as_of());
    *all.mutable_forks() = page.forks();
    if (page.envelopes().empty()) return all;
    request.set_from(request.from() + static_cast<uint64_t>(page.envelopes_size()));
    for (int i = 0; i < page.envelopes_size(); ++i) {
      v1::Envelope& envelope = *page.mutable_envelopes(i);
      const v1::DocumentsReply::Place& place = page.places(i);
      const auto [seen, fresh] =
          known.emplace(std::tuple(place.log(), place.beside(), governance::IdOf(envelope)),
                        all.envelopes_size());
      if (fresh) {
        *all.add_places() = place;
        *all.add_envelopes() = std::move(envelope);
      } else {  // it may have gained signatures
        *all.mutable_envelopes(seen->second) = std::move(envelope);
      }
    }
  }
}

absl::StatusOr<v1::PrepareReply> LocalClient::Prepare(const v1::PrepareRequest& request,
                                                      absl::Duration timeout) {
  return stubs_->Call(&v1::Ask::Stub::Prepare, request, timeout);
}

absl::StatusOr<v1::Answer> LocalClient::Run(const v1::RunRequest& request, absl::Duration timeout) {
  ASSIGN_OR_RETURN(v1::Answer answer, stubs_->Call(&v1::Ask::Stub::Run, request, timeout));
  if (!StatesAreKnown(answer)) return OtherVersion();
  return answer;
}

absl::StatusOr<v1::PlaceReply> LocalClient::Place(const std::string& ticket) {
  v1::PlaceRequest request;
  request.set_ticket(ticket);
  return stubs_->Call(&v1::Ask::Stub::Place, request);
}

absl::StatusOr<v1::ExplainReply> LocalClient::Explain(const v1::PrepareRequest& request) {
  ASSIGN_OR_RETURN(v1::ExplainReply reply,
                   stubs_->Call(&v1::Ask::Stub::Explain, request, kRunTimeout));
  if (!StatesAreKnown(reply)) return OtherVersion();
  return reply;
}

absl::StatusOr<v1::AuditReply> LocalClient::Audit(const v1::AuditRequest& request) {
  return stubs_->Call(&v1::Audit::Stub::List, request);
}

absl::StatusOr<v1::CatalogueReply> LocalClient::Catalogue() {
  return stubs_->Call(&v1::Ask::Stub::Catalogue, v1::CatalogueRequest());
}

absl::StatusOr<v1::StatusReply> LocalClient::Status(absl::Duration timeout) {
  return stubs_->Call(&v1::Admin::Stub::Status, v1::StatusRequest(), timeout);
}

absl::StatusOr<v1::PeersReply> LocalClient::Peers() {
  return stubs_->Call(&v1::Admin::Stub::Peers, v1::PeersRequest());
}

absl::StatusOr<v1::SubmitReport> LocalClient::Submit(const v1::RuleFile& rules) {
  return stubs_->Call(&v1::Admin::Stub::Submit, rules);
}

absl::StatusOr<v1::JoinReply> LocalClient::Join(const v1::RuleFile& rules) {
  return stubs_->Call(&v1::Admin::Stub::Join, rules);
}

absl::StatusOr<v1::ImportReply> LocalClient::Import(const v1::ImportRequest& request) {
  return stubs_->Call(&v1::Admin::Stub::Import, request, kImportTimeout);
}

absl::StatusOr<v1::ImportReply> LocalClient::Rehearse(const v1::ImportRequest& request) {
  return stubs_->Call(&v1::Admin::Stub::Rehearse, request, kImportTimeout);
}

absl::StatusOr<v1::ListDatasetsReply> LocalClient::ListDatasets() {
  return stubs_->Call(&v1::Admin::Stub::ListDatasets, v1::ListDatasetsRequest());
}

absl::StatusOr<v1::RevertDatasetReply> LocalClient::RevertDataset(
    const v1::RevertDatasetRequest& request) {
  return stubs_->Call(&v1::Admin::Stub::RevertDataset, request);
}

absl::StatusOr<v1::DropDatasetReply> LocalClient::DropDataset(
    const v1::DropDatasetRequest& request) {
  return stubs_->Call(&v1::Admin::Stub::DropDataset, request);
}

}  // namespace commons::clients
