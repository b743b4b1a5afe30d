// Admin over the local socket: status, documents, joining, and the organisation's own data. Rows
// never cross it: files are named in inbox/ and outbox/.
#ifndef COMMONS_NODE_SERVICES_ADMIN_SERVICE_H_
#define COMMONS_NODE_SERVICES_ADMIN_SERVICE_H_

#include <functional>
#include <string>

#include "base/clock.h"
#include "node/documents/log_book.h"
#include "node/documents/sync.h"
#include "node/machine/home.h"
#include "node/services/dataset_import.h"
#include "proto/local_service.grpc.pb.h"
#include "query/audit/audit_trail.h"
#include "storage/ledger/ledger.h"
#include "storage/table/table_store.h"

namespace commons::node {

// Thread-safe; everything outlives it.
class AdminService final : public v1::Admin::Service {
 public:
  struct Parts {
    const Home* home;
    LogBook* book;
    Sync* sync;
    storage::TableStore* tables;
    storage::Ledger* ledger;
    query::AuditTrail* audit;
    const Clock* clock;
    std::function<absl::Status()> ready;
    std::function<std::string()> address;
  };
  explicit AdminService(Parts parts);

  grpc::Status Status(grpc::ServerContext*, const v1::StatusRequest*,
                      v1::StatusReply* reply) override;
  grpc::Status Peers(grpc::ServerContext*, const v1::PeersRequest*, v1::PeersReply* reply) override;
  grpc::Status Submit(grpc::ServerContext*, const v1::RuleFile* request,
                      v1::SubmitReport* report) override;
  grpc::Status Join(grpc::ServerContext*, const v1::RuleFile* request,
                    v1::JoinReply* reply) override;
  grpc::Status Documents(grpc::ServerContext*, const v1::DocumentsRequest* request,
                         v1::DocumentsReply* reply) override;
  grpc::Status Import(grpc::ServerContext* context, const v1::ImportRequest* request,
                      v1::ImportReply* reply) override;
  grpc::Status Rehearse(grpc::ServerContext* context, const v1::ImportRequest* request,
                        v1::ImportReply* reply) override;
  grpc::Status ListDatasets(grpc::ServerContext*, const v1::ListDatasetsRequest*,
                            v1::ListDatasetsReply* reply) override;
  grpc::Status RevertDataset(grpc::ServerContext*, const v1::RevertDatasetRequest* request,
                             v1::RevertDatasetReply* reply) override;
  grpc::Status DropDataset(grpc::ServerContext*, const v1::DropDatasetRequest* request,
                           v1::DropDatasetReply* reply) override;

 private:
  absl::Status MaySign() const;
  v1::ImportReply Take(const grpc::ServerContext* context, const v1::ImportRequest& request,
                       ImportEnd end);
  // What was done is not undone because it could not be written down: the log says so.
  void WriteDown(v1::AuditDeed deed, const v1::Refusal* refusal);
  uint64_t BudgetLeft(const std::string& dataset) const;

  const Parts parts_;
  const absl::Time started_at_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_ADMIN_SERVICE_H_
