// The organisation's own daemon, over its Unix socket. Thread-safe. gRPC is known to
// local_client.cc only: its headers are longer than all of ours.
#ifndef COMMONS_CLIENTS_OFFICE_DAEMON_LOCAL_CLIENT_H_
#define COMMONS_CLIENTS_OFFICE_DAEMON_LOCAL_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/documents.pb.h"
#include "proto/local.pb.h"

namespace commons::clients {

class LocalClient {
 public:
  // dir: the node's state directory. Connects lazily; a socket path of any length works.
  // kUnavailable "no daemon runs in DIR; start it with commonsd --dir DIR" when nobody listens
  // there; kPermissionDenied when the caller may not use its socket; kNotFound: no such directory.
  static absl::StatusOr<std::unique_ptr<LocalClient>> Connect(const std::string& dir);
  ~LocalClient();

  // How long a call may take unless it says otherwise.
  static constexpr absl::Duration kTimeout = absl::Seconds(15);
  static constexpr absl::Duration kQuestionTimeout = absl::Seconds(12);
  // With half a minute in the node's line before it.
  static constexpr absl::Duration kRunTimeout = absl::Seconds(45);
  static constexpr absl::Duration kImportTimeout = absl::Hours(6);

  // The calls of proto/local_service.proto. A refusal is part of the reply. Errors, in words for
  // people: kUnavailable when the daemon ended, kResourceExhausted while it turns away whoever
  // comes, kDeadlineExceeded after the timeout, else what the daemon said.
  absl::StatusOr<v1::PrepareReply> Prepare(const v1::PrepareRequest& request,
                                           absl::Duration timeout = kQuestionTimeout);
  absl::StatusOr<v1::Answer> Run(const v1::RunRequest& request,
                                 absl::Duration timeout = kRunTimeout);
  // Where a question stands whose Run waits.
  absl::StatusOr<v1::PlaceReply> Place(const std::string& ticket);
  absl::StatusOr<v1::ExplainReply> Explain(const v1::PrepareRequest& request);
  absl::StatusOr<v1::CatalogueReply> Catalogue();
  absl::StatusOr<v1::AuditReply> Audit(const v1::AuditRequest& request);

  absl::StatusOr<v1::StatusReply> Status(absl::Duration timeout);
  absl::StatusOr<v1::PeersReply> Peers();
  absl::StatusOr<v1::SubmitReport> Submit(const v1::RuleFile& rules);
  absl::StatusOr<v1::JoinReply> Join(const v1::RuleFile& rules);
  // The documents of the daemon that are meant (without a word: every one), once in each log that
  // they lie in. To be judged by papers.h before anything in them is believed.
  absl::StatusOr<v1::DocumentsReply> Documents(v1::DocumentsRequest which = {});
  absl::StatusOr<v1::ImportReply> Import(const v1::ImportRequest& request);
  absl::StatusOr<v1::ImportReply> Rehearse(const v1::ImportRequest& request);
  absl::StatusOr<v1::ListDatasetsReply> ListDatasets();
  absl::StatusOr<v1::RevertDatasetReply> RevertDataset(const v1::RevertDatasetRequest& request);
  absl::StatusOr<v1::DropDatasetReply> DropDataset(const v1::DropDatasetRequest& request);

 private:
  struct Stubs;
  LocalClient(int dir_fd, std::unique_ptr<Stubs> stubs);

  int dir_fd_;  // keeps the short name of the socket valid
  std::unique_ptr<Stubs> stubs_;
};

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_DAEMON_LOCAL_CLIENT_H_
