// Ask over the local socket: questions of the organisation's own people, who wait in a line for
// their turn (question_line.h).
#ifndef COMMONS_NODE_SERVICES_ASK_SERVICE_H_
#define COMMONS_NODE_SERVICES_ASK_SERVICE_H_

#include "absl/time/time.h"
#include "base/clock.h"
#include "crypto/random.h"
#include "node/documents/snapshot.h"
#include "node/services/question_line.h"
#include "node/services/tickets.h"
#include "proto/local_service.grpc.pb.h"
#include "query/asker/asker.h"
#include "query/audit/audit_trail.h"

namespace commons::node {

// Thread-safe; everything outlives it.
class AskService final : public v1::Ask::Service {
 public:
  // A question is good for 50 s from when it was prepared, and may take 10 of them.
  static constexpr absl::Duration kPatience = absl::Seconds(30);

  AskService(const OrgId& own, query::Asker* asker, query::AuditTrail* audit,
             const Snapshots* snapshots, const Clock* clock, crypto::RandomSource* random,
             absl::Duration patience = kPatience)
      : own_(own),
        asker_(asker),
        audit_(audit),
        snapshots_(snapshots),
        clock_(clock),
        patience_(patience),
        tickets_(random) {}

  grpc::Status Prepare(grpc::ServerContext*, const v1::PrepareRequest* request,
                       v1::PrepareReply* reply) override;
  grpc::Status Run(grpc::ServerContext* context, const v1::RunRequest* request,
                   v1::Answer* answer) override;
  grpc::Status Place(grpc::ServerContext*, const v1::PlaceRequest* request,
                     v1::PlaceReply* reply) override;
  grpc::Status Explain(grpc::ServerContext* context, const v1::PrepareRequest* request,
                       v1::ExplainReply* reply) override;
  grpc::Status Catalogue(grpc::ServerContext*, const v1::CatalogueRequest*,
                         v1::CatalogueReply* reply) override;

 private:
  absl::Duration PatienceFor(const query::Prepared& prepared) const;
  v1::Answer Ask(const query::Prepared& prepared, const v1::RunRequest& request,
                 QuestionLine::Turn& turn);
  absl::Status WriteDown(const query::Prepared& prepared, const v1::Answer& answer);
  void WriteDownRefused(const v1::PrepareRequest& request, const v1::Refusal& refusal);

  const OrgId own_;
  query::Asker* const asker_;
  query::AuditTrail* const audit_;
  const Snapshots* const snapshots_;
  const Clock* const clock_;
  const absl::Duration patience_;
  Tickets tickets_;
  QuestionLine line_{[this] { return asker_->MayBegin(); }};
};

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_ASK_SERVICE_H_
