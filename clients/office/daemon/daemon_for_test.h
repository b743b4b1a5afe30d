// A daemon played by a test: its Admin and Ask services over the socket of a directory.
#ifndef COMMONS_CLIENTS_OFFICE_DAEMON_DAEMON_FOR_TEST_H_
#define COMMONS_CLIENTS_OFFICE_DAEMON_DAEMON_FOR_TEST_H_

#include <functional>
#include <memory>
#include <string>

#include "grpcpp/grpcpp.h"
#include "proto/local_service.grpc.pb.h"

namespace commons::clients {

// Answers from construction to destruction. What a test does not set is UNIMPLEMENTED. The
// functions are called on gRPC's threads, one call at a time as the clients here make them.
class PlayedDaemon : public v1::Admin::Service, public v1::Ask::Service {
 public:
  explicit PlayedDaemon(const std::string& dir) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + dir + "/local.sock",
                             grpc::experimental::LocalServerCredentials(UDS));
    builder.RegisterService(static_cast<v1::Admin::Service*>(this));
    builder.RegisterService(static_cast<v1::Ask::Service*>(this));
    server_ = builder.BuildAndStart();
  }
  ~PlayedDaemon() override { server_->Shutdown(); }

  template <typename Request, typename Reply>
  using Answers = std::function<grpc::Status(grpc::ServerContext&, const Request&, Reply&)>;
  Answers<v1::StatusRequest, v1::StatusReply> status;
  Answers<v1::RuleFile, v1::SubmitReport> submit;
  Answers<v1::DocumentsRequest, v1::DocumentsReply> documents;
  Answers<v1::ImportRequest, v1::ImportReply> import;
  // It holds none unless the test says so.
  Answers<v1::ListDatasetsRequest, v1::ListDatasetsReply> datasets = [](auto&, auto&, auto&) {
    return grpc::Status::OK;
  };
  Answers<v1::RunRequest, v1::Answer> run;
  Answers<v1::PrepareRequest, v1::ExplainReply> explain;

  grpc::Status Status(grpc::ServerContext* context, const v1::StatusRequest* request,
                      v1::StatusReply* reply) override {
    return Answer(status, *context, *request, *reply);
  }
  grpc::Status Submit(grpc::ServerContext* context, const v1::RuleFile* request,
                      v1::SubmitReport* reply) override {
    return Answer(submit, *context, *request, *reply);
  }
  grpc::Status Documents(grpc::ServerContext* context, const v1::DocumentsRequest* request,
                         v1::DocumentsReply* reply) override {
    return Answer(documents, *context, *request, *reply);
  }
  grpc::Status Import(grpc::ServerContext* context, const v1::ImportRequest* request,
                      v1::ImportReply* reply) override {
    return Answer(import, *context, *request, *reply);
  }
  grpc::Status ListDatasets(grpc::ServerContext* context, const v1::ListDatasetsRequest* request,
                            v1::ListDatasetsReply* reply) override {
    return Answer(datasets, *context, *request, *reply);
  }

  grpc::Status Run(grpc::ServerContext* context, const v1::RunRequest* request,
                   v1::Answer* reply) override {
    return Answer(run, *context, *request, *reply);
  }
  grpc::Status Explain(grpc::ServerContext* context, const v1::PrepareRequest* request,
                       v1::ExplainReply* reply) override {
    return Answer(explain, *context, *request, *reply);
  }

 private:
  template <typename Request, typename Reply>
  static grpc::Status Answer(const Answers<Request, Reply>& answers, grpc::ServerContext& context,
                             const Request& request, Reply& reply) {
    if (!answers) return grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "not played");
    return answers(context, request, reply);
  }

  std::unique_ptr<grpc::Server> server_;
};

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DAEMON_DAEMON_FOR_TEST_H_
