// Ask over the local socket: questions of the organisation's own people. At most
// limits::kConcurrentQuestions run at once, and as many wait up to kPatience for their turn; the
// next is BUSY.
#ifndef COMMONS_NODE_SERVICES_ASK_SERVICE_H_
#define COMMONS_NODE_SERVICES_ASK_SERVICE_H_

#include "absl/time/time.h"
#include "base/clock.h"
#include "base/limits.h"
#include "crypto/random.h"
#include "node/documents/snapshot.h"
#include "node/services/tickets.h"
#include "node/services/turns.h"
#include "proto/local_service.grpc.pb.h"
#include "query/asker/asker.h"

namespace commons::node {

// Thread-safe; everything outlives it.
class AskService final : public v1::Ask::Service {
 public:
  AskService(query::Asker* asker, const Snapshots* snapshots, const Clock* clock,
             crypto::RandomSource* random)
      : asker_(asker), snapshots_(snapshots), clock_(clock), tickets_(random) {}

  // Longer than a question takes in which one member hangs.
  static constexpr absl::Duration kPatience = absl::Seconds(4);

  grpc::Status Prepare(grpc::ServerContext*, const v1::PrepareRequest* request,
                       v1::PrepareReply* reply) override;
  grpc::Status Run(grpc::ServerContext*, const v1::RunRequest* request,
                   v1::Answer* answer) override;
  grpc::Status Explain(grpc::ServerContext*, const v1::PrepareRequest* request,
                       v1::ExplainReply* reply) override;
  grpc::Status Catalogue(grpc::ServerContext*, const v1::CatalogueRequest*,
                         v1::CatalogueReply* reply) override;

 private:
  query::Asker* const asker_;
  const Snapshots* const snapshots_;
  const Clock* const clock_;
  Tickets tickets_;
  Turns turns_{limits::kConcurrentQuestions, limits::kConcurrentQuestions};
};

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_ASK_SERVICE_H_
