// Ask over the local socket: questions of the organisation's own people. At most
// limits::kConcurrentQuestions run at once; the next is BUSY.
#ifndef COMMONS_NODE_ASK_SERVICE_H_
#define COMMONS_NODE_ASK_SERVICE_H_

#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "crypto/random.h"
#include "node/archive.h"
#include "proto/local_service.grpc.pb.h"
#include "query/asker/asker.h"

namespace commons::node {

// Thread-safe; everything outlives it.
class AskService final : public v1::Ask::Service {
 public:
  AskService(query::Asker* asker, const Archive* archive, const Clock* clock,
             crypto::RandomSource* random)
      : asker_(asker), archive_(archive), clock_(clock), random_(random) {}

  grpc::Status Prepare(grpc::ServerContext*, const v1::PrepareRequest* request,
                       v1::PrepareReply* reply) override;
  grpc::Status Run(grpc::ServerContext*, const v1::RunRequest* request,
                   v1::Answer* answer) override;
  grpc::Status Explain(grpc::ServerContext*, const v1::PrepareRequest* request,
                       v1::ExplainReply* reply) override;
  grpc::Status Catalogue(grpc::ServerContext*, const v1::CatalogueRequest*,
                         v1::CatalogueReply* reply) override;

 private:
  // A question under way; false when there are too many.
  class Turn {
   public:
    explicit Turn(std::atomic<size_t>& running);
    ~Turn() { --running_; }
    explicit operator bool() const { return granted_; }

   private:
    std::atomic<size_t>& running_;
    bool granted_;
  };
  std::string Keep(query::Prepared prepared);
  std::optional<query::Prepared> Take(const std::string& ticket);

  query::Asker* const asker_;
  const Archive* const archive_;
  const Clock* const clock_;
  crypto::RandomSource* const random_;
  std::atomic<size_t> running_ = 0;
  std::mutex mu_;
  std::map<std::string, query::Prepared> prepared_;  // by ticket
};

}  // namespace commons::node

#endif  // COMMONS_NODE_ASK_SERVICE_H_
