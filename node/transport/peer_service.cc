#include "node/transport/peer_service.h"

#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/support/method_handler.h>

#include <utility>

#include "absl/time/clock.h"
#include "base/status.h"
#include "node/transport/guard.h"
#include "query/peer/message_fields.h"

namespace commons::node {
namespace {

// gRPC numbers the codes as absl does.
grpc::Status ToGrpc(const absl::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message())};
}

grpc::ByteBuffer Bytes(const v1::Envelope& envelope) {
  const grpc::Slice slice(envelope.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

const char* PeerMethodPath(PeerMethod method) {
  static constexpr const char* kPaths[kPeerMethods] = {
      "/commons.v1.Exchange/Compare",    "/commons.v1.Exchange/Pull",
      "/commons.v1.Exchange/Push",       "/commons.v1.Aggregation/Preview",
      "/commons.v1.Aggregation/Propose", "/commons.v1.Aggregation/Seal",
      "/commons.v1.Aggregation/Submit",  "/commons.v1.Aggregation/Publish"};
  return kPaths[static_cast<size_t>(method)];
}

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

PeerService::PeerService(PeerHandler handler) : handler_(std::move(handler)) {
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
}

grpc::Status PeerService::Answer(PeerMethod method, const grpc::ServerContext& context,
                                 const grpc::ByteBuffer& request, grpc::ByteBuffer& reply) {
  return GuardedCall(context, PeerMethodName(method),
                     [&] { return Handle(method, context, request, reply); });
}

grpc::Status PeerService::Handle(PeerMethod method, const grpc::ServerContext& context,
                                 const grpc::ByteBuffer& request, grpc::ByteBuffer& reply) {
  // The dates were looked at when the call was admitted.
  const auto peer = keys_.KeyOf(*context.auth_context(), absl::Now());
  if (!peer.ok()) return ToGrpc(peer.status());
  const auto place = intake_.Take(*peer, method, request.Length());
  if (!place.ok()) return ToGrpc(place.status());
  const auto envelope = ReadEnvelope(request);
  if (!envelope.ok()) return ToGrpc(envelope.status());
  reply = Bytes(handler_(method, *envelope));
  return grpc::Status::OK;
}

}  // namespace commons::node
