#include "node/transport/servers.h"

#include <fcntl.h>
#include <grpc/compression.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "node/log.h"
#include "node/transport/guard.h"
#include "proto/peer_service.grpc.pb.h"

namespace commons::node {
namespace {

// Threads are made when needed: every member may compare, gossip and ask at the same moment without
// anybody being turned away, and an idle daemon keeps two.
constexpr int kPeerThreads = 96;
constexpr int kLocalThreads = 24;
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

}  // namespace

struct PeerServer::Services {
  using Context = grpc::ServerContext;
  explicit Services(PeerHandler handler) : exchange(handler), aggregation(std::move(handler)) {}

  static grpc::Status Answer(PeerMethod method, const Context& context, const v1::Envelope& in,
                             v1::Envelope& out, const PeerHandler& handle) {
    return GuardedCall(context, PeerMethodName(method), [&] {
      out = handle(method, in);
      return grpc::Status::OK;
    });
  }

  struct Exchange final : v1::Exchange::Service {
    explicit Exchange(PeerHandler handler) : handle(std::move(handler)) {}
    grpc::Status Compare(Context* context, const v1::Envelope* in, v1::Envelope* out) override {
      return Answer(PeerMethod::kCompare, *context, *in, *out, handle);
    }
    grpc::Status Pull(Context* context, const v1::Envelope* in, v1::Envelope* out) override {
      return Answer(PeerMethod::kPull, *context, *in, *out, handle);
    }
    grpc::Status Push(Context* context, const v1::Envelope* in, v1::Envelope* out) override {
      return Answer(PeerMethod::kPush, *context, *in, *out, handle);
    }
    PeerHandler handle;
  };

  struct Aggregation final : v1::Aggregation::Service {
    explicit Aggregation(PeerHandler handler) : handle(std::move(handler)) {}
    grpc::Status Preview(Context* context, const v1::Envelope* in, v1::Envelope* out) override {
      return Answer(PeerMethod::kPreview, *context, *in, *out, handle);
    }
    grpc::Status Propose(Context* context, const v1::Envelope* in, v1::Envelope* out) override {
      return Answer(PeerMethod::kPropose, *context, *in, *out, handle);
    }
    grpc::Status Seal(Context* context, const v1::Envelope* in, v1::Envelope* out) override {
      return Answer(PeerMethod::kSeal, *context, *in, *out, handle);
    }
    grpc::Status Submit(Context* context, const v1::Envelope* in, v1::Envelope* out) override {
      return Answer(PeerMethod::kSubmit, *context, *in, *out, handle);
    }
    grpc::Status Publish(Context* context, const v1::Envelope* in, v1::Envelope* out) override {
      return Answer(PeerMethod::kPublish, *context, *in, *out, handle);
    }
    PeerHandler handle;
  };

  Exchange exchange;
  Aggregation aggregation;
};

PeerServer::PeerServer() = default;
PeerServer::~PeerServer() { Shutdown(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<PeerServer>> PeerServer::Start(
    const std::string& listen, std::shared_ptr<grpc::ServerCredentials> credentials,
    PeerHandler handler) {
  grpc::EnableDefaultHealthCheckService(true);
  std::unique_ptr<PeerServer> server(new PeerServer());
  server->services_ = std::make_unique<Services>(std::move(handler));
  grpc::ServerBuilder builder;
  SetCommon(builder, "peers", kPeerThreads, limits::kPeerMessageBytes);
  SetConnections(builder);
  builder.AddListeningPort(listen, std::move(credentials), &server->port_);
  builder.RegisterService(&server->services_->exchange);
  builder.RegisterService(&server->services_->aggregation);
  {
    const QuietGrpc quiet;
    server->server_ = builder.BuildAndStart();
  }
  if (server->server_ == nullptr || server->port_ == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot listen on ", listen,
                     ": another program has it, or it is no address of this machine"));
  }
  return server;
}

void PeerServer::Shutdown(absl::Duration grace) {
  if (server_ == nullptr) return;
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
}

LocalServer::LocalServer() = default;

LocalServer::~LocalServer() {
  Shutdown(absl::ZeroDuration());
  server_.reset();  // removes the socket through the descriptor
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
  builder.AddListeningPort(absl::StrCat("unix:/proc/self/fd/", server->dir_fd_, "/local.sock"),
                           grpc::experimental::LocalServerCredentials(UDS));
  for (grpc::Service* service : services) builder.RegisterService(service);
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat("cannot listen on ", dir, "/local.sock"));
  }
  // The umask made it 0600 or so; until here nobody else could connect.
  if (fchmodat(server->dir_fd_, "local.sock", 0660, 0) != 0) {
    return absl::InternalError(absl::StrCat(dir, "/local.sock: ", std::strerror(errno)));
  }
  return server;
}

void LocalServer::Shutdown(absl::Duration grace) {
  if (server_ == nullptr) return;
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
}

}  // namespace commons::node
