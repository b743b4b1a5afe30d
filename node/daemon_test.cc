// Whole daemons in this process, over real sockets.
#include "node/daemon.h"

#include <fcntl.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <list>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/host_port.h"
#include "base/limits.h"
#include "base/node_files.h"
#include "base/status.h"
#include "base/temp_dir_for_test.h"
#include "crypto/keyfile.h"
#include "governance/document/rule_file.h"
#include "governance/kinds/commons/charter.h"
#include "node/documents/federation_for_test.h"
#include "node/edge/raw_peer_for_test.h"
#include "node/log/log.h"
#include "node/services/exchanged_file.h"
#include "node/transport/tls.h"
#include "proto/local_service.grpc.pb.h"

namespace commons::node {
namespace {

namespace fs = std::filesystem;

const bool prepared = [] {
  PrepareGrpcEnvironment();
  return true;
}();

// A directory as `commons node init` leaves it.
class Node {
 public:
  Node(const std::string& name, const Clock* clock)
      : org_(name, clock, [](const Peer&, PeerMethod, const v1::Envelope&) {
          return absl::UnavailableError("not used");
        }) {
    org_.Close();
    fs::create_directories(node_files::Path(dir(), node_files::kKeys));
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
                         bool replace = false) {
    v1::ImportRequest request;
    request.set_dataset(dataset);
    request.set_file(file);
    request.set_replace(replace);
    auto stub = v1::Admin::NewStub(channel_);
    return Call<v1::Admin::Stub>(&v1::Admin::Stub::Import, *stub, request);
  }
  v1::RuleFile Documents(const std::string& kind) {
    v1::DocumentsRequest request;
    request.set_payload_type(kind);
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

mode_t ModeOf(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
}

v1::Envelope CharterOf(const std::vector<Node*>& founders, const Clock& clock) {
  std::vector<v1::Envelope> cards;
  for (Node* node : founders) cards.push_back(node->org().card);
  return governance::SignDocument(
      kinds::kCharter,
      *governance::DraftCharter(cards, "test", "to test", absl::ZeroDuration(), true,
                                crypto::SystemRandom(), clock.Now()),
      {});
}

TEST(DaemonTest, StartsAnswersAndKeepsItsDirectoryToItself) {
  SystemClock clock;
  Node node("auckland", &clock);
  const absl::Status started = node.Start();
  ASSERT_TRUE(started.ok()) << started;
  const v1::StatusReply status = node.Status();
  EXPECT_EQ(status.member(), "auckland");
  EXPECT_EQ(status.address(), node.daemon->address());
  EXPECT_FALSE(status.caught_up());
  EXPECT_EQ(status.waiting_for(), "this node belongs to no commons yet");
  struct stat info;
  ASSERT_EQ(stat(node_files::MachineKey(node.dir(), node_files::kStoreKey).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(stat(node_files::Path(node.dir(), node_files::kInbox).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0770u);

  const auto second = Daemon::Start({node.dir(), false}, node.config);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition) << second.status();
  EXPECT_EQ(node.Status().member(), "auckland");
}

TEST(DaemonTest, ReachesItselfThroughBothItsDoorsOrSaysThatItDoesNot) {
  SystemClock clock;
  Node node("auckland", &clock);  // in no commons, so no register knows its key
  ASSERT_TRUE(node.Start().ok());
  EXPECT_TRUE(node.daemon->ProbeSelf().ok()) << node.daemon->ProbeSelf();
  const std::string socket = node_files::Path(node.dir(), node_files::kSocket);
  fs::rename(socket, socket + "-away");
  EXPECT_FALSE(node.daemon->ProbeSelf().ok()) << "without local.sock";
  fs::rename(socket + "-away", socket);
  const auto at = ParseHostPort(node.daemon->address());
  std::list<RawPeer> all;  // the connections that its own key may have
  for (size_t i = 0; i < limits::kPeerConnectionsEach; ++i) {
    EXPECT_TRUE(all.emplace_back(at->port, *node.org().tls).came_in());
  }
  EXPECT_FALSE(node.daemon->ProbeSelf().ok()) << "without a connection to be had";
  all.clear();
  const absl::Time until = absl::Now() + absl::Seconds(20);
  while (!node.daemon->ProbeSelf().ok()) ASSERT_LT(absl::Now(), until);
}

TEST(DaemonTest, APortThatIsTakenIsAnErrorThatNamesIt) {
  SystemClock clock;
  Node a("auckland", &clock), b("lakes", &clock);
  ASSERT_TRUE(a.Start().ok());
  b.config.listen = a.daemon->address();
  SetUpLog("info");
  testing::internal::CaptureStderr();
  const absl::Status started = b.Start();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "its caller says it, and nobody else";
  EXPECT_EQ(started.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(absl::StrContains(started.message(), a.daemon->address())) << started;
}

TEST(DaemonTest, ANameOrKeysThatAreNotOnTheCardAreRefused) {
  SystemClock clock;
  Node a("auckland", &clock), b("lakes", &clock);
  a.config.name = "waikato";
  EXPECT_EQ(a.Start().code(), absl::StatusCode::kInvalidArgument);
  fs::copy(node_files::MachineKey(a.dir(), node_files::kTlsKey),
           node_files::MachineKey(b.dir(), node_files::kTlsKey),
           fs::copy_options::overwrite_existing);
  const absl::Status started = b.Start();
  EXPECT_TRUE(absl::StrContains(started.message(), "not the keys that are on")) << started;
}

TEST(DaemonTest, TwoFoundOverTheNetworkAndCatchUpAfterARestart) {
  SystemClock clock;
  Node a("auckland", &clock), b("lakes", &clock);
  ASSERT_TRUE(a.Start().ok());
  ASSERT_TRUE(b.Start().ok());
  v1::RuleFile founding;
  *founding.add_envelopes() = CharterOf({&a, &b}, clock);
  const DocId charter = governance::IdOf(founding.envelopes(0));
  for (Node* node : {&a, &b}) {
    const v1::RuleFile infos = node->Documents(kinds::kNodeInfo);
    for (const v1::Envelope& info : infos.envelopes()) *founding.add_envelopes() = info;
  }
  for (Node* node : {&a, &b}) {
    ASSERT_FALSE(node->Join(founding).has_refusal());
    const auto report =
        node->Submit(node->org().ApprovalOf(crypto::Retype<CommonsId>(charter), 1, charter));
    ASSERT_FALSE(report.entries(0).has_refusal()) << report.ShortDebugString();
  }
  for (Node* node : {&a, &b}) {
    node->WaitFor([](const auto& s) { return s.caught_up() && s.members_reachable() == 2; });
  }
  EXPECT_EQ(a.Status().head(), b.Status().head());

  // Alone after a restart, it knows what it is waiting for and neither signs nor answers.
  b.daemon.reset();
  a.daemon.reset();
  ASSERT_TRUE(a.Start().ok());
  EXPECT_EQ(a.Status().waiting_for(), "waiting for 1 of: lakes");
  v1::OwnerPolicy policy;
  policy.mutable_header()->set_issuer(a.org().id.ToBytes());
  EXPECT_EQ(a.Submit(a.org().Signed(kinds::kOwnerPolicy, policy)).entries(0).refusal().reason(),
            v1::STALE);
  ASSERT_TRUE(b.Start().ok());
  for (Node* node : {&a, &b}) node->WaitFor([](const auto& s) { return s.caught_up(); });
}

TEST(DaemonTest, ImportTakesOnlyPlainFilesInTheInbox) {
  SystemClock clock;
  Node a("auckland", &clock);
  ASSERT_TRUE(a.Start().ok());
  v1::RuleFile founding;
  *founding.add_envelopes() = CharterOf({&a}, clock);
  const DocId charter = governance::IdOf(founding.envelopes(0));
  ASSERT_FALSE(a.Join(founding).has_refusal());
  a.Submit(a.org().ApprovalOf(crypto::Retype<CommonsId>(charter), 1, charter));
  a.WaitFor([](const auto& s) { return s.caught_up(); });
  EXPECT_EQ(a.Import("unknown", "x.csv").refusal().reason(), v1::UNKNOWN_DATASET);

  v1::Resolution resolution;
  resolution.mutable_header()->set_commons_id(charter.ToBytes());
  resolution.mutable_header()->set_issuer(a.org().id.ToBytes());
  resolution.mutable_header()->set_chain("commons");
  resolution.mutable_header()->set_version(2);
  resolution.mutable_header()->add_prev(charter.ToBytes());
  resolution.mutable_header()->set_issued_at(absl::ToUnixSeconds(clock.Now()));
  resolution.set_ballot(1);
  resolution.add_items()->set_standard(
      governance::TestCommons::CasesStandard().SerializeAsString());
  const v1::Envelope proposal = a.org().Signed(kinds::kResolution, resolution);
  const auto report = a.Submit(proposal);
  ASSERT_FALSE(report.entries(0).has_refusal()) << report.ShortDebugString();
  a.Submit(a.org().ApprovalOf(crypto::Retype<CommonsId>(charter), 2, governance::IdOf(proposal)));
  ASSERT_EQ(a.Status().commons_version(), 2u);

  std::ofstream(a.dir() + "/outside.csv") << "sex\nF\n";
  fs::create_symlink(a.dir() + "/outside.csv",
                     node_files::Path(a.dir(), node_files::kInbox, "link.csv"));
  for (const char* bad :
       {"", "../outside.csv", "link.csv", ".hidden", "missing.csv", "/etc/passwd", "."}) {
    EXPECT_EQ(a.Import("cases", bad).refusal().reason(), v1::MALFORMED) << bad;
  }
  std::ofstream(node_files::Path(a.dir(), node_files::kInbox, "ok.csv"))
      << "sex,nhi\nFemale,1\nMale,2\nother,3\n";
  const v1::ImportReply imported = a.Import("cases", "ok.csv");
  EXPECT_FALSE(imported.has_refusal()) << imported.ShortDebugString();
  EXPECT_EQ(imported.accepted(), 2u);
  EXPECT_EQ(imported.rejected(), 1u);
  EXPECT_TRUE(fs::exists(node_files::Path(a.dir(), node_files::kOutbox, imported.rejects_file())));
  EXPECT_EQ(imported.rows(), 2u);
  EXPECT_EQ(a.Status().epoch(), imported.epoch());

  std::ofstream(node_files::Path(a.dir(), node_files::kInbox, "bad.csv"))
      << "sex,nhi\nsecretive,1\nsecretive,2\n";
  const v1::ImportReply none = a.Import("cases", "bad.csv");
  EXPECT_EQ(none.refusal().reason(), v1::NO_DATA);
  EXPECT_EQ(none.refusal().message(),
            "inbox/bad.csv: no row was accepted of 2; 2 rows rejected: column \"sex\": not one of "
            "the declared codes (first: row 2)");
  EXPECT_TRUE(fs::exists(node_files::Path(a.dir(), node_files::kOutbox, none.rejects_file())));
  EXPECT_EQ(none.ShortDebugString().find("secretive"), std::string::npos);

  std::ofstream(node_files::Path(a.dir(), node_files::kInbox, "four.csv"))
      << "sex,nhi\nFemale,1\nMale,2\nFemale,3\nMale,4\n";
  std::ofstream(node_files::Path(a.dir(), node_files::kInbox, "one.csv")) << "sex,nhi\nFemale,1\n";
  EXPECT_EQ(a.Import("cases", "four.csv").epoch(), 2u);
  const v1::ImportReply fewer = a.Import("cases", "one.csv");
  EXPECT_EQ(fewer.epoch(), 3u);
  EXPECT_EQ(fewer.warnings(0), "warning: this edition holds 1 rows; the one before held 4");
  EXPECT_EQ(a.Prepare("DROP TABLE cases").refusal().reason(), v1::UNSUPPORTED_SQL);

  // A file with another name elsewhere is imported, and stays as it is.
  const std::string kept = a.dir() + "/kept.csv";
  std::ofstream(kept) << "sex,nhi\nFemale,1\n";
  ASSERT_EQ(chmod(kept.c_str(), 0600), 0);
  fs::create_hard_link(kept, node_files::Path(a.dir(), node_files::kInbox, "kept.csv"));
  EXPECT_EQ(a.Import("cases", "kept.csv").accepted(), 1u);
  EXPECT_EQ(ModeOf(kept), 0600u);
}

}  // namespace
}  // namespace commons::node
