// The audit log, read by the organisation's own people over the local socket.
#ifndef COMMONS_NODE_SERVICES_AUDIT_SERVICE_H_
#define COMMONS_NODE_SERVICES_AUDIT_SERVICE_H_

#include "node/machine/home.h"
#include "proto/local_service.grpc.pb.h"
#include "storage/audit/audit_log.h"

namespace commons::node {

// Thread-safe; everything outlives it.
class AuditService final : public v1::Audit::Service {
 public:
  AuditService(const Home* home, const storage::AuditLog* log) : home_(home), log_(log) {}

  grpc::Status List(grpc::ServerContext*, const v1::AuditRequest* request,
                    v1::AuditReply* reply) override;

 private:
  const Home* const home_;
  const storage::AuditLog* const log_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_AUDIT_SERVICE_H_
