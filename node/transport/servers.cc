#include "node/transport/servers.h"

#include <fcntl.h>
#include <grpc/compression.h>
#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/node_files.h"
#include "base/status.h"
#include "node/edge/listener.h"
#include "node/transport/peer_service.h"

namespace commons::node {
namespace {

// Threads are made when needed: every member may compare, gossip and ask at the same moment without
// anybody being turned away, and an idle daemon keeps two. A call that was cancelled takes one for
// a moment too: there are enough for all that one member may have open and cancel at once
// (node/edge/http2/meter.cc), and as many for the others.
constexpr int kPeerThreads = 320;
// A question that waits for its turn holds one.
constexpr int kLocalThreads = 24 + static_cast<int>(limits::kQuestionsWaiting);
constexpr int kStreamsPerConnection = 16;

void SetCommon(grpc::ServerBuilder& builder, const char* name, int threads, size_t message_bytes) {
  grpc::ResourceQuota quota(name);
  quota.SetMaxThreads(threads);
  builder.SetResourceQuota(quota);
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 2);
  builder.SetMaxReceiveMessageSize(static_cast<int>(message_bytes));
  builder.SetMaxSendMessageSize(static_cast<int>(message_bytes));
  // gRPC holds its size limit against a message only once it is inflated whole.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET,
                             1 << GRPC_COMPRESS_NONE);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsPerConnection);
}

void SetConnections(grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30 * 1000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10 * 1000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20 * 1000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 5 * 60 * 1000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 60 * 60 * 1000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30 * 1000);
}

using HandOver = std::function<void(int socket)>;

// How the server that is being built is given connections.
HandOver HandOverTo(grpc::ServerBuilder& builder,
                    std::shared_ptr<grpc::ServerCredentials> credentials) {
  using Builder = grpc::ServerBuilder::experimental_type;
  const std::shared_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor =
      builder.experimental().AddExternalConnectionAcceptor(Builder::ExternalConnectionType::FROM_FD,
                                                           std::move(credentials));
  return [acceptor](int socket) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.fd = socket;
    acceptor->HandleNewConnection(&connection);
  };
}

}  // namespace

PeerServer::PeerServer(PeerEdge::Who who, PeerHandler handler, const PeerEdge::Limits& limits)
    : edge_(std::move(who), limits),
      service_(std::make_unique<PeerService>(&edge_, std::move(handler))) {}

PeerServer::~PeerServer() { Shutdown(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<PeerServer>> PeerServer::Start(const std::string& listen,
                                                              PeerEdge::Who who,
                                                              PeerHandler handler,
                                                              const PeerEdge::Limits& limits) {
  std::unique_ptr<PeerServer> server(new PeerServer(std::move(who), std::move(handler), limits));
  grpc::ServerBuilder builder;
  SetCommon(builder, "peers", kPeerThreads, limits::kPeerMessageBytes);
  SetConnections(builder);
  // gRPC's own health service would answer without asking who calls.
  builder.SetOption(std::make_unique<grpc::HealthCheckServiceServerBuilderOption>(nullptr));
  HandOver hand_over = HandOverTo(builder, grpc::InsecureServerCredentials());
  builder.RegisterService(server->service_.get());
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr) return absl::InternalError("gRPC does not start");
  RETURN_IF_ERROR(server->edge_.Start(listen, std::move(hand_over)));
  return server;
}

void PeerServer::SetServing(bool serving) { service_->SetServing(serving); }

void PeerServer::Shutdown(absl::Duration grace) {
  if (server_ == nullptr) return;
  edge_.StopAccepting();
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  edge_.End();
}

LocalServer::LocalServer() = default;

LocalServer::~LocalServer() {
  Shutdown(absl::ZeroDuration());
  server_.reset();
  if (dir_fd_ >= 0) close(dir_fd_);
}

absl::StatusOr<std::unique_ptr<LocalServer>> LocalServer::Start(
    const std::string& dir, const std::vector<grpc::Service*>& services) {
  grpc::EnableDefaultHealthCheckService(true);
  std::unique_ptr<LocalServer> server(new LocalServer());
  server->dir_fd_ = open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (server->dir_fd_ < 0) {
    return absl::NotFoundError(absl::StrCat(dir, ": ", std::strerror(errno)));
  }
  grpc::ServerBuilder builder;
  SetCommon(builder, "local", kLocalThreads, limits::kLocalMessageBytes);
  server->calls_.CountThoseOf(builder);
  HandOver hand_over = HandOverTo(builder, grpc::experimental::LocalServerCredentials(UDS));
  for (grpc::Service* service : services) builder.RegisterService(service);
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr) return absl::InternalError("gRPC does not start");
  auto listener =
      Listener::OnUnix(absl::StrCat("/proc/self/fd/", server->dir_fd_, "/", node_files::kSocket));
  if (!listener.ok()) {
    return absl::FailedPreconditionError(absl::StrCat("cannot listen on ",
                                                      node_files::Path(dir, node_files::kSocket),
                                                      ": ", listener.status().message()));
  }
  // The umask made it 0600 or so; until here nobody else could connect.
  if (fchmodat(server->dir_fd_, node_files::kSocket, 0660, 0) != 0) {
    return absl::InternalError(
        absl::StrCat(node_files::Path(dir, node_files::kSocket), ": ", std::strerror(errno)));
  }
  ASSIGN_OR_RETURN(server->door_, LocalDoor::Start(*std::move(listener), std::move(hand_over)));
  return server;
}

void LocalServer::SetServing(bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(serving);
}

void LocalServer::Shutdown(absl::Duration grace) {
  if (server_ == nullptr) return;
  if (door_ != nullptr) {
    door_->StopAccepting();  // removes the socket through the descriptor
    // gRPC waits for its clients to say goodbye too, and one that only holds a connection looks at
    // it every five seconds, or never.
    calls_.WhenNone([this] { door_->HangUp(); });
  }
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  calls_.WhenNone(nullptr);
  door_.reset();
}

}  // namespace commons::node
