// The RPCs between peers, each message as its bytes: gRPC's generated code would parse whatever it
// is given before anything of ours has seen its size.
#ifndef COMMONS_NODE_TRANSPORT_PEER_SERVICE_H_
#define COMMONS_NODE_TRANSPORT_PEER_SERVICE_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "node/edge/peer_edge.h"
#include "node/peer/peer_method.h"
#include "node/transport/intake.h"
#include "proto/documents.pb.h"

namespace commons::node {

// kInvalidArgument: no envelope, or too many fields to parse.
absl::StatusOr<v1::Envelope> ReadEnvelope(const grpc::ByteBuffer& bytes);

// A call whose reply is read in the same way. A reply that is no envelope is INTERNAL.
grpc::Status CallPeer(grpc::Channel& channel, PeerMethod method, grpc::ClientContext& context,
                      const v1::Envelope& request, v1::Envelope* reply);

// Both services of proto/peer_service.proto, and gRPC's health check. Who calls, and whether it
// may, is looked at again at every call: the handshake happened perhaps an hour ago.
class PeerService final : public grpc::Service {
 public:
  // `edge` outlives it.
  PeerService(PeerEdge* edge, PeerHandler handler);
  // What the health check says of this node; at first that it serves. Thread-safe.
  void SetServing(bool serving) { serving_ = serving; }

 private:
  grpc::Status Answer(PeerMethod method, const grpc::ServerContext& context,
                      const grpc::ByteBuffer& request, grpc::ByteBuffer& reply);
  grpc::Status Handle(PeerMethod method, const grpc::ServerContext& context,
                      const grpc::ByteBuffer& request, grpc::ByteBuffer& reply);
  absl::StatusOr<PublicKey> CallerOf(const grpc::ServerContext& context, const char* path);
  absl::StatusOr<Intake::Place> Admit(PeerMethod method, const grpc::ServerContext& context,
                                      size_t bytes);

  PeerEdge* const edge_;
  const PeerHandler handler_;
  std::atomic<bool> serving_ = true;
  Intake intake_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_PEER_SERVICE_H_
