#include "node/transport/peer_service.h"

#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/support/method_handler.h>

#include <utility>

#include "base/status.h"
#include "node/transport/authorization.h"
#include "node/transport/guard.h"
#include "query/peer/message_fields.h"

namespace commons::node {
namespace {

// gRPC numbers the codes as absl does.
grpc::Status ToGrpc(const absl::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message())};
}

// A grpc.health.v1.HealthCheckResponse: SERVING, NOT_SERVING.
constexpr char kServing[] = {0x08, 0x01}, kNotServing[] = {0x08, 0x02};
constexpr char kHealthCheckPath[] = "/grpc.health.v1.Health/Check";

grpc::ByteBuffer Bytes(const v1::Envelope& envelope) {
  const grpc::Slice slice(envelope.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

absl::StatusOr<v1::Envelope> ReadEnvelope(const grpc::ByteBuffer& bytes) {
  v1::Envelope envelope;
  if (bytes.Length() == 0) return envelope;
  grpc::Slice whole;
  const bool dumped = bytes.DumpToSingleSlice(&whole).ok();
  const absl::string_view flat(reinterpret_cast<const char*>(whole.begin()), whole.size());
  if (!dumped || !query::CheckFieldCount(*v1::Envelope::descriptor(), flat).ok() ||
      !envelope.ParseFromArray(flat.data(), static_cast<int>(flat.size()))) {
    return absl::InvalidArgumentError("MALFORMED: not an envelope");
  }
  return envelope;
}

grpc::Status CallPeer(grpc::Channel& channel, PeerMethod method, grpc::ClientContext& context,
                      const v1::Envelope& request, v1::Envelope* reply) {
  const grpc::internal::RpcMethod rpc(PeerMethodPath(method),
                                      grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ByteBuffer bytes;
  grpc::Status status = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      &channel, rpc, &context, Bytes(request), &bytes);
  if (!status.ok()) return status;
  absl::StatusOr<v1::Envelope> read = ReadEnvelope(bytes);
  if (!read.ok()) return {grpc::StatusCode::INTERNAL, "the reply is not an envelope"};
  *reply = *std::move(read);
  return grpc::Status::OK;
}

PeerService::PeerService(PeerEdge* edge, PeerHandler handler)
    : edge_(edge), handler_(std::move(handler)) {
  for (size_t i = 0; i < kPeerMethods; ++i) {
    const auto method = static_cast<PeerMethod>(i);
    using Handler =
        grpc::internal::RpcMethodHandler<PeerService, grpc::ByteBuffer, grpc::ByteBuffer>;
    AddMethod(new grpc::internal::RpcServiceMethod(
        PeerMethodPath(method), grpc::internal::RpcMethod::NORMAL_RPC,
        new Handler(
            [method](PeerService* service, grpc::ServerContext* context, const grpc::ByteBuffer* in,
                     grpc::ByteBuffer* out) {
              return service->Answer(method, *context, *in, *out);
            },
            this)));
  }
  using Check = grpc::internal::RpcMethodHandler<PeerService, grpc::ByteBuffer, grpc::ByteBuffer>;
  AddMethod(new grpc::internal::RpcServiceMethod(
      kHealthCheckPath, grpc::internal::RpcMethod::NORMAL_RPC,
      new Check(
          [](PeerService* service, grpc::ServerContext* context, const grpc::ByteBuffer*,
             grpc::ByteBuffer* out) {
            const grpc::Slice slice(service->serving_ ? kServing : kNotServing, sizeof(kServing));
            *out = grpc::ByteBuffer(&slice, 1);
            return ToGrpc(service->CallerOf(*context, kHealthCheckPath).status());
          },
          this)));
}

absl::StatusOr<PublicKey> PeerService::CallerOf(const grpc::ServerContext& context,
                                                const char* path) {
  ASSIGN_OR_RETURN(const PublicKey peer, edge_->CallerOf(context.peer()));
  if (PeerMayCall(path, edge_->standing_of(peer))) return peer;
  edge_->CountRefusal(peer);
  return absl::PermissionDeniedError("not allowed for this peer");
}

absl::StatusOr<Intake::Place> PeerService::Admit(PeerMethod method,
                                                 const grpc::ServerContext& context, size_t bytes) {
  ASSIGN_OR_RETURN(const PublicKey peer, CallerOf(context, PeerMethodPath(method)));
  auto place = intake_.Take(peer, method, bytes);
  if (!place.ok()) edge_->CountRefusal(peer);
  return place;
}

grpc::Status PeerService::Answer(PeerMethod method, const grpc::ServerContext& context,
                                 const grpc::ByteBuffer& request, grpc::ByteBuffer& reply) {
  return GuardedCall(context, PeerMethodName(method),
                     [&] { return Handle(method, context, request, reply); });
}

grpc::Status PeerService::Handle(PeerMethod method, const grpc::ServerContext& context,
                                 const grpc::ByteBuffer& request, grpc::ByteBuffer& reply) {
  const auto place = Admit(method, context, request.Length());
  if (!place.ok()) return ToGrpc(place.status());
  const auto envelope = ReadEnvelope(request);
  if (!envelope.ok()) return ToGrpc(envelope.status());
  reply = Bytes(handler_(method, *envelope));
  return grpc::Status::OK;
}

}  // namespace commons::node
