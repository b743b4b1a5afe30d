// Whole daemons in this process, over real sockets.
#include "node/daemon.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <list>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/mode_for_test.h"
#include "base/node_files.h"
#include "base/text/host_port.h"
#include "node/daemon_for_test.h"
#include "node/edge/raw_peer_for_test.h"
#include "node/log/log.h"

namespace commons::node {
namespace {

namespace fs = std::filesystem;

TEST(DaemonTest, StartsAnswersAndKeepsItsDirectoryToItself) {
  SystemClock clock;
  DaemonNode node("auckland", &clock);
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

// Another process that holds so many connections to local.sock.
class Crowd {
 public:
  Crowd(const std::string& socket, size_t connections) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const int dir = open(fs::path(socket).parent_path().c_str(), O_PATH | O_DIRECTORY);
    absl::StrCat("/proc/self/fd/", dir, "/", node_files::kSocket)
        .copy(address.sun_path, sizeof(address.sun_path) - 1);
    int ready[2];
    EXPECT_EQ(pipe(ready), 0);
    child_ = fork();
    if (child_ == 0) Hold(address, connections, ready[1]);
    close(ready[1]);
    char byte = 0;
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(dir);
  }
  ~Crowd() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }

 private:
  // In the child: system calls only.
  [[noreturn]] static void Hold(const sockaddr_un& address, size_t connections, int ready) {
    for (size_t i = 0; i < connections; ++i) {
      const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
      char byte = 0;  // let in, or turned away: either way it has been looked at
      if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
          read(fd, &byte, 1) != 1) {
        _exit(1);
      }
    }
    if (write(ready, "x", 1) != 1) _exit(1);
    while (true) pause();
  }
  pid_t child_;
};

// Whoever filled local.sock would make the watchdog start the daemon anew, as often as it liked.
// Shown by LocalDoor::kOwn = 0.
TEST(DaemonTest, ReachesItselfWhileOthersFillItsSocket) {
  SystemClock clock;
  DaemonNode node("auckland", &clock);
  ASSERT_TRUE(node.Start().ok());
  const Crowd crowd(node_files::Path(node.dir(), node_files::kSocket), limits::kLocalConnections);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(node.daemon->ProbeSelf().ok()) << node.daemon->ProbeSelf();
  }
}

TEST(DaemonTest, ReachesItselfThroughBothItsDoorsOrSaysThatItDoesNot) {
  SystemClock clock;
  DaemonNode node("auckland", &clock);  // in no commons, so no register knows its key
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

// A name service that is out would starve the watchdog of a node that is well.
TEST(DaemonTest, ReachesItselfWithoutLookingItsNameUp) {
  SystemClock clock;
  DaemonNode node("auckland", &clock);
  node.config.listen = "localhost:0";
  ASSERT_TRUE(node.Start().ok());
  EXPECT_TRUE(absl::StartsWith(node.daemon->address(), "localhost:"));
  EXPECT_TRUE(node.daemon->ProbeSelf().ok()) << node.daemon->ProbeSelf();
}

TEST(DaemonTest, APortThatIsTakenIsAnErrorThatNamesIt) {
  SystemClock clock;
  DaemonNode a("auckland", &clock), b("lakes", &clock);
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
  DaemonNode a("auckland", &clock), b("lakes", &clock);
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
  DaemonNode a("auckland", &clock), b("lakes", &clock);
  ASSERT_TRUE(a.Start().ok());
  ASSERT_TRUE(b.Start().ok());
  v1::RuleFile founding;
  *founding.add_envelopes() = CharterOf({&a, &b}, clock);
  const DocId charter = governance::IdOf(founding.envelopes(0));
  for (DaemonNode* node : {&a, &b}) {
    const v1::DocumentsReply all = node->Documents();
    for (const v1::Envelope& each : all.envelopes()) {
      if (each.payload_type() == kinds::kNodeInfo) *founding.add_envelopes() = each;
    }
  }
  for (DaemonNode* node : {&a, &b}) {
    ASSERT_FALSE(node->Join(founding).has_refusal());
    const auto report =
        node->Submit(node->org().ApprovalOf(crypto::Retype<CommonsId>(charter), 1, charter));
    ASSERT_FALSE(report.entries(0).has_refusal()) << report.ShortDebugString();
  }
  for (DaemonNode* node : {&a, &b}) {
    node->WaitFor([](const auto& s) { return s.caught_up() && s.members_reachable() == 2; });
  }
  EXPECT_EQ(a.Status().head(), b.Status().head());

  // Alone after a restart, it knows what it is waiting for and neither signs nor answers.
  b.daemon.reset();
  a.daemon.reset();
  ASSERT_TRUE(a.Start().ok());
  EXPECT_THAT(a.Status().waiting_for(), testing::StartsWith("waiting for 1 of: lakes"));
  v1::OwnerPolicy policy;
  policy.mutable_header()->set_issuer(a.org().id.ToBytes());
  EXPECT_EQ(a.Submit(a.org().Signed(kinds::kOwnerPolicy, policy)).entries(0).refusal().reason(),
            v1::STALE);
  ASSERT_TRUE(b.Start().ok());
  for (DaemonNode* node : {&a, &b}) node->WaitFor([](const auto& s) { return s.caught_up(); });
}

TEST(DaemonTest, ImportTakesOnlyPlainFilesInTheInbox) {
  SystemClock clock;
  DaemonNode a("auckland", &clock);
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
  const v1::ImportReply imported = a.Import("cases", "ok.csv", 400'000);
  EXPECT_FALSE(imported.has_refusal()) << imported.ShortDebugString();
  EXPECT_EQ(imported.accepted(), 2u);
  EXPECT_EQ(imported.rejected(), 1u);
  EXPECT_TRUE(fs::exists(node_files::Path(a.dir(), node_files::kOutbox, imported.rejects_file())));
  EXPECT_EQ(imported.rows(), 2u);
  EXPECT_EQ(a.Status().epoch(), imported.epoch());

  std::ofstream(node_files::Path(a.dir(), node_files::kInbox, "bad.csv"))
      << "sex,nhi\nsecretive,1\nsecretive,2\n";
  const v1::ImportReply none = a.Import("cases", "bad.csv");
  EXPECT_EQ(none.refusal().reason(), v1::ROWS_REJECTED);
  EXPECT_EQ(none.refusal().message(),
            "inbox/bad.csv: no row was accepted of 2; 2 rows rejected: column \"sex\": not one of "
            "the declared codes (first: row 2); edition 1 stays as it is");
  EXPECT_TRUE(fs::exists(node_files::Path(a.dir(), node_files::kOutbox, none.rejects_file())));
  EXPECT_EQ(none.refusal().message().find("secretive"), std::string::npos);

  std::ofstream(node_files::Path(a.dir(), node_files::kInbox, "four.csv"))
      << "sex,nhi\nFemale,1\nMale,2\nFemale,3\nMale,4\n";
  std::ofstream(node_files::Path(a.dir(), node_files::kInbox, "one.csv")) << "sex,nhi\nFemale,1\n";
  EXPECT_EQ(a.Import("cases", "four.csv").epoch(), 2u);
  const v1::ImportReply fewer = a.Import("cases", "one.csv");
  EXPECT_EQ(fewer.epoch(), 3u);
  EXPECT_EQ(fewer.warnings(0), "this edition holds 1 rows; the one before held 4");
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
