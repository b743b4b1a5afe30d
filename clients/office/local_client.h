// The organisation's own daemon, over its Unix socket. Thread-safe.
#ifndef COMMONS_CLIENTS_OFFICE_LOCAL_CLIENT_H_
#define COMMONS_CLIENTS_OFFICE_LOCAL_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "proto/local_service.grpc.pb.h"

namespace commons::clients {

class LocalClient {
 public:
  // dir: the node's state directory. Connects lazily; a socket path of any length works.
  // kUnavailable "no daemon runs in DIR; start it with commonsd --dir DIR" when nobody listens
  // there.
  static absl::StatusOr<std::unique_ptr<LocalClient>> Connect(const std::string& dir);
  ~LocalClient();

  v1::Ask::Stub& ask() { return *ask_; }
  v1::Admin::Stub& admin() { return *admin_; }

  // One call with a deadline: Call(&v1::Admin::Stub::Status, client.admin(), request, timeout).
  template <typename Stub, typename Request, typename Reply>
  static absl::StatusOr<Reply> Call(
      Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
      const Request& request, absl::Duration timeout = absl::Seconds(15)) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
    Reply reply;
    const grpc::Status status = (stub.*method)(&context, request, &reply);
    if (!status.ok()) return ToAbsl(status);
    return reply;
  }

  // Every document the daemon knows, each once; payload_type "" means all.
  absl::StatusOr<v1::RuleFile> Documents(absl::string_view payload_type = "");
  // Status of a running daemon; kUnavailable when it does not answer within `timeout`.
  absl::StatusOr<v1::StatusReply> Status(absl::Duration timeout);

 private:
  LocalClient(int dir_fd, std::shared_ptr<grpc::Channel> channel);
  static absl::Status ToAbsl(const grpc::Status& status);

  int dir_fd_;
  std::unique_ptr<v1::Ask::Stub> ask_;
  std::unique_ptr<v1::Admin::Stub> admin_;
};

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_LOCAL_CLIENT_H_
