#include "node/transport/self_probe.h"

#include <fcntl.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/channel_arguments.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/node_files.h"
#include "crypto/tls/x509.h"
#include "node/transport/grpc_status.h"

namespace commons::node {
namespace {

absl::Status Check(const std::string& target,
                   const std::shared_ptr<grpc::ChannelCredentials>& credentials,
                   grpc::ChannelArguments args, absl::Duration timeout) {
  args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  args.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  const auto channel = grpc::CreateCustomChannel(target, credentials, args);
  const grpc::internal::RpcMethod check("/grpc.health.v1.Health/Check",
                                        grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  const grpc::ByteBuffer nothing(nullptr, 0);
  grpc::ByteBuffer reply;
  return FromGrpc(grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
                      channel.get(), check, &context, nothing, &reply),
                  target);
}

}  // namespace

absl::Status ProbePeerPort(const std::string& reached_at, const OwnCertificate& own,
                           const PublicKey& own_key, const Clock* clock, absl::Duration timeout) {
  grpc::ChannelArguments args;
  args.SetSslTargetNameOverride(crypto::TlsNameOf(own_key));
  const auto credentials = PeerChannelCredentials(
      own, [](const PublicKey&) { return Standing::kMember; }, own_key, clock);
  return Check(absl::StrCat(reached_at[0] == '[' ? "ipv6:" : "ipv4:", reached_at), credentials,
               std::move(args), timeout);
}

absl::Status ProbeLocalSocket(const std::string& dir, absl::Duration timeout) {
  const int fd = open(dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  const absl::Status checked =
      Check(absl::StrCat("unix:/proc/self/fd/", fd, "/", node_files::kSocket),
            grpc::experimental::LocalCredentials(UDS), grpc::ChannelArguments(), timeout);
  if (fd >= 0) close(fd);
  return checked;
}

}  // namespace commons::node
