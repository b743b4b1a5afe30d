// Strangers and members that flood a daemon's port: it stays small, goes on answering, ends the
// connections of who does it, and is well again afterwards.
#include <sys/resource.h>

#include <fstream>
#include <iostream>
#include <list>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "node/edge/raw_peer_for_test.h"
#include "tests/attacks/connections.h"
#include "tests/attacks/daemon_process.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {
namespace {

using node::RawSocket;

constexpr int kMemoryMib = 160;

class Edge : public WithLab<v1::OPEN> {
 protected:
  static int port() { return lab->PortOf(kVictim); }
  static int pid() { return lab->PidOf(kVictim); }
  static int Mib(const std::string& what) { return MemoryMib(pid(), what); }
  static std::string Log() {
    std::ifstream log(lab->DirOf(kVictim) + "/log");
    std::ostringstream text;
    text << log.rdbuf();
    return text.str();
  }
  static int QuestionMs() {
    const absl::Time begin = absl::Now();
    lab->ExpectStillRight();
    return static_cast<int>(absl::ToInt64Milliseconds(absl::Now() - begin));
  }
  static void ExpectToComeIn(const crypto::SigningKey& key) {
    ASSERT_TRUE(ComesIn(port(), key, absl::Seconds(30)));
  }
  // Meanwhile another member asks.
  static void Flood(const std::string& name) {
    const FrameFlood& flood = FrameFloodNamed(name);
    const crypto::SigningKey key = lab->KeyOf(kAttacker, "tls");
    const int usual_ms = QuestionMs();
    std::thread flooding([&] { FloodUntilRefused(port(), key, flood.frames); });
    const int flooded_ms = QuestionMs();
    flooding.join();
    EXPECT_LT(Mib("VmHWM"), kMemoryMib);
    EXPECT_FALSE(ComesIn(port(), key, absl::ZeroDuration())) << "its key is refused for minutes";
    EXPECT_TRUE(
        absl::StrContains(Log(), absl::StrCat("event=peer_cut_off key=", key.public_key().ToHex(),
                                              " reason=\"", flood.reason, "\"")));
    ExpectToComeIn(lab->KeyOf(kBystander, "tls"));
    EXPECT_TRUE(lab->IsUp(kVictim));
    // For people: how fast this machine is decides no test.
    std::cout << "peak " << Mib("VmHWM") << " MiB, then " << Mib("VmRSS") << "; a question "
              << usual_ms << " ms, in the flood " << flooded_ms << "\n";
    // What was cut is forgotten with the process: the next flood has the key again.
    ASSERT_TRUE(lab->StopMember(kVictim));
    ASSERT_TRUE(lab->StartMember(kVictim));
    ExpectToComeIn(key);
  }
};

TEST_F(Edge, ThreeThousandConnectionsOfAStranger) {
  const int before = Mib("VmRSS");
  size_t tried = 0;
  const std::list<RawSocket> sockets = Knock(port(), 3000, false, [&](size_t i) {
    tried = i + 1;
    if (i % 500 == 0) {
      EXPECT_TRUE(lab->IsUp(kVictim)) << "over local.sock";
    }
  });
  EXPECT_GT(sockets.size(), tried / 2);
  lab->ExpectStillRight();
  EXPECT_LT(Mib("VmRSS"), before + 16);
  EXPECT_LT(Descriptors(pid()), 400u);
  ExpectToComeIn(lab->KeyOf(kAttacker, "tls"));
}

// gRPC's own listener never accepted again.
TEST_F(Edge, NoDescriptorsLeft) {
  rlimit before = {};
  const rlimit few = {Descriptors(pid()) + 8, 4096};
  ASSERT_EQ(prlimit(pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  const rlimit soft = {few.rlim_cur, before.rlim_max};
  ASSERT_EQ(prlimit(pid(), RLIMIT_NOFILE, &soft, nullptr), 0);
  std::list<RawSocket> sockets;
  for (int i = 0; i < 100; ++i) sockets.emplace_back(port());
  // More came than there are descriptors: the last is turned away, and not left in the queue.
  EXPECT_TRUE(sockets.back().IsEnded());
  ASSERT_EQ(prlimit(pid(), RLIMIT_NOFILE, &before, nullptr), 0);
  ExpectToComeIn(lab->KeyOf(kAttacker, "tls"));
  EXPECT_TRUE(lab->IsUp(kVictim));
}

TEST_F(Edge, ConnectionsToTheLocalSocketHaveABoundOfTheirOwn) {
  const size_t before = Descriptors(pid());
  {
    std::vector<std::unique_ptr<clients::LocalClient>> clients;
    for (size_t i = 0; i < 2 * limits::kLocalConnections; ++i) {
      auto client = clients::LocalClient::Connect(lab->DirOf(kVictim));
      if (client.ok() && (*client)->Status(absl::Seconds(2)).ok()) {
        clients.push_back(*std::move(client));
      }
      if (clients.size() + 1 < i) break;
    }
    EXPECT_GE(clients.size(), limits::kLocalConnections / 2);
    EXPECT_LE(clients.size(), limits::kLocalConnections);
    EXPECT_LE(Descriptors(pid()), before + 3 * limits::kLocalConnections);
    lab->ExpectStillRight();
  }
  const absl::Time until = absl::Now() + absl::Seconds(30);
  while (!lab->IsUp(kVictim)) ASSERT_LT(absl::Now(), until);
}

TEST_F(Edge, RapidReset) { Flood("rapid reset"); }

TEST_F(Edge, Pings) { Flood("pings"); }

TEST_F(Edge, Settings) { Flood("settings"); }

TEST_F(Edge, Continuations) { Flood("continuations"); }

TEST_F(Edge, EmptyAndTinyData) { Flood("tiny data"); }

}  // namespace
}  // namespace commons::attacks
