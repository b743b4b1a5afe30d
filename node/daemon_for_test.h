// Whole daemons in a test's process, over real sockets.
#ifndef COMMONS_NODE_DAEMON_FOR_TEST_H_
#define COMMONS_NODE_DAEMON_FOR_TEST_H_

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/node_files.h"
#include "base/status.h"
#include "base/temp_dir_for_test.h"
#include "crypto/keyfile.h"
#include "governance/document/rule_file.h"
#include "governance/kinds/commons/charter.h"
#include "node/daemon.h"
#include "node/documents/federation_for_test.h"
#include "node/transport/tls.h"
#include "proto/local_service.grpc.pb.h"

namespace commons::node {

// gRPC reads the environment once, so before any test.
inline const bool kGrpcPrepared = [] {
  PrepareGrpcEnvironment();
  return true;
}();

// A directory as `commons node init` leaves it.
class DaemonNode {
 public:
  DaemonNode(const std::string& name, const Clock* clock)
      : org_(name, clock, [](const Peer&, PeerMethod, const v1::Envelope&, absl::Time) {
          return absl::UnavailableError("not used");
        }) {
    org_.Close();
    std::filesystem::create_directories(node_files::Path(dir(), node_files::kKeys));
    EXPECT_TRUE(crypto::WriteRawKey(node_files::MachineKey(dir(), node_files::kNodeKey), "node",
                                    true, *org_.node)
                    .ok());
    EXPECT_TRUE(crypto::WriteRawKey(node_files::MachineKey(dir(), node_files::kTlsKey), "tls", true,
                                    *org_.tls)
                    .ok());
    v1::RuleFile card;
    *card.add_envelopes() = org_.card;
    std::ofstream(node_files::Path(dir(), node_files::kCard)) << governance::EncodeRuleFile(card);
    config.name = name;
    config.listen = "127.0.0.1:0";
    config.sync_interval = absl::Milliseconds(50);
  }
  std::string dir() const { return home_ / std::string(120, 'x'); }
  TestOrg& org() { return org_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }  // to local.sock

  absl::Status Start() {
    ASSIGN_OR_RETURN(daemon, Daemon::Start({dir(), false}, config));
    config.listen = daemon->address();  // the same port after a restart
    const int fd = open(dir().c_str(), O_PATH | O_DIRECTORY);
    grpc::ChannelArguments args;
    args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channel_ =
        grpc::CreateCustomChannel(absl::StrCat("unix:/proc/self/fd/", fd, "/", node_files::kSocket),
                                  grpc::experimental::LocalCredentials(UDS), args);
    return absl::OkStatus();
  }
  template <typename Stub, typename Request, typename Reply>
  Reply Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Reply*), Stub& stub,
             const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    Reply reply;
    const grpc::Status status = (stub.*method)(&context, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }
  v1::StatusReply Status() {
    auto stub = v1::Admin::NewStub(channel_);
    return Call<v1::Admin::Stub>(&v1::Admin::Stub::Status, *stub, v1::StatusRequest());
  }
  v1::JoinReply Join(const v1::RuleFile& file) {
    auto stub = v1::Admin::NewStub(channel_);
    return Call<v1::Admin::Stub>(&v1::Admin::Stub::Join, *stub, file);
  }
  v1::SubmitReport Submit(const v1::Envelope& envelope) {
    v1::RuleFile file;
    *file.add_envelopes() = envelope;
    auto stub = v1::Admin::NewStub(channel_);
    return Call<v1::Admin::Stub>(&v1::Admin::Stub::Submit, *stub, file);
  }
  v1::ImportReply Import(const std::string& dataset, const std::string& file,
                         uint32_t accepted_rejects = 0) {
    v1::ImportRequest request;
    request.set_dataset(dataset);
    request.set_file(file);
    request.set_accepted_rejects(accepted_rejects);
    auto stub = v1::Admin::NewStub(channel_);
    return Call<v1::Admin::Stub>(&v1::Admin::Stub::Import, *stub, request);
  }
  v1::DocumentsReply Documents() {
    const v1::DocumentsRequest request;
    auto stub = v1::Admin::NewStub(channel_);
    return Call<v1::Admin::Stub>(&v1::Admin::Stub::Documents, *stub, request);
  }
  v1::PrepareReply Prepare(const std::string& sql) {
    v1::PrepareRequest request;
    request.set_sql(sql);
    request.set_researcher(org_.board[0].public_key().ToBytes());
    auto stub = v1::Ask::NewStub(channel_);
    return Call<v1::Ask::Stub>(&v1::Ask::Stub::Prepare, *stub, request);
  }
  template <typename Condition>
  void WaitFor(Condition condition) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (!condition(Status())) {
      ASSERT_LT(absl::Now(), deadline) << Status().ShortDebugString();
    }
  }

  Config config;
  std::unique_ptr<Daemon> daemon;

 private:
  TempDir home_;
  TestOrg org_;
  std::shared_ptr<grpc::Channel> channel_;
};

inline v1::Envelope CharterOf(const std::vector<DaemonNode*>& founders, const Clock& clock) {
  std::vector<v1::Envelope> cards;
  cards.reserve(founders.size());
  for (DaemonNode* node : founders) cards.push_back(node->org().card);
  return governance::SignDocument(
      kinds::kCharter,
      *governance::DraftCharter(cards, "test", "to test", absl::ZeroDuration(), true,
                                crypto::SystemRandom(), clock.Now()),
      {});
}

}  // namespace commons::node

#endif  // COMMONS_NODE_DAEMON_FOR_TEST_H_
