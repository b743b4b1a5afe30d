// Strangers and members that flood a daemon's port: it stays small, goes on answering, ends the
// connections of who does it, and is well again afterwards.
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <list>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/own_people.h"
#include "node/edge/raw_peer_for_test.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {
namespace {

using node::Frame;
using node::FrameType;
using node::RawPeer;
using node::RawSocket;

constexpr int kMemoryMib = 160;

class Edge : public WithLab<v1::OPEN> {
 protected:
  static int port() { return lab->PortOf(kVictim); }
  static int pid() { return lab->PidOf(kVictim); }
  // "VmRSS": resident now; "VmHWM": the most that ever was.
  static int Mib(const std::string& what) {
    std::ifstream status(absl::StrCat("/proc/", pid(), "/status"));
    for (std::string line; std::getline(status, line);) {
      if (line.rfind(what + ":", 0) == 0) return std::stoi(line.substr(what.size() + 1)) / 1024;
    }
    return 0;
  }
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
  static size_t Descriptors() {
    return static_cast<size_t>(std::distance(
        std::filesystem::directory_iterator(absl::StrCat("/proc/", pid(), "/fd")), {}));
  }
  static bool ComesIn(const crypto::SigningKey& key) { return RawPeer(port(), key).came_in(); }
  // This machine's address may have knocked too often a moment ago.
  static void ExpectToComeIn(const crypto::SigningKey& key) {
    const absl::Time until = absl::Now() + absl::Seconds(30);
    while (!ComesIn(key)) {
      ASSERT_LT(absl::Now(), until);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  // What a member sends again and again, on two connections, until it is let in no more; meanwhile
  // another member asks.
  static void Flood(const std::string& bytes, const std::string& reason) {
    const crypto::SigningKey key = lab->KeyOf(kAttacker, "tls");
    const int usual_ms = QuestionMs();
    std::vector<std::thread> floods;
    for (int i = 0; i < 2; ++i) {
      floods.emplace_back([&] {
        // Ended before all of it was sent, or in the middle of coming in anew.
        while (true) {
          RawPeer peer(port(), key);
          if (!peer.came_in()) break;
          EXPECT_TRUE(peer.IsEndedBy(bytes, 20'000));
        }
      });
    }
    const int flooded_ms = QuestionMs();
    for (std::thread& flood : floods) flood.join();
    EXPECT_LT(Mib("VmHWM"), kMemoryMib);
    EXPECT_FALSE(ComesIn(key)) << "its key is refused for minutes";
    EXPECT_TRUE(
        absl::StrContains(Log(), absl::StrCat("event=peer_cut_off key=", key.public_key().ToHex(),
                                              " reason=\"", reason, "\"")));
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
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const size_t count = std::min<size_t>(3000, limit.rlim_cur - 200);
  std::list<RawSocket> sockets;
  for (size_t i = 0; i < count; ++i) {
    if (!sockets.emplace_back(port()).connected()) sockets.pop_back();
    if (i % 500 == 0) {
      EXPECT_TRUE(lab->IsUp(kVictim)) << "over local.sock";
    }
  }
  EXPECT_GT(sockets.size(), count / 2);
  lab->ExpectStillRight();
  EXPECT_LT(Mib("VmRSS"), before + 16);
  EXPECT_LT(Descriptors(), 400u);
  ExpectToComeIn(lab->KeyOf(kAttacker, "tls"));
}

// gRPC's own listener never accepted again.
TEST_F(Edge, NoDescriptorsLeft) {
  rlimit before = {};
  const rlimit few = {Descriptors() + 8, 4096};
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
  const size_t before = Descriptors();
  {
    std::vector<std::unique_ptr<clients::LocalClient>> clients;
    for (size_t i = 0; i < 2 * limits::kOwnConnections; ++i) {
      auto client = clients::LocalClient::Connect(lab->DirOf(kVictim));
      if (client.ok() && (*client)->Status(absl::Seconds(2)).ok()) {
        clients.push_back(*std::move(client));
      }
      if (clients.size() + 1 < i) break;
    }
    EXPECT_GE(clients.size(), limits::kOwnConnections / 2);
    EXPECT_LE(clients.size(), limits::kOwnConnections);
    EXPECT_LE(Descriptors(), before + 3 * limits::kOwnConnections);
    lab->ExpectStillRight();
  }
  const absl::Time until = absl::Now() + absl::Seconds(30);
  while (!lab->IsUp(kVictim)) ASSERT_LT(absl::Now(), until);
}

TEST_F(Edge, RapidReset) {
  std::string frames;
  for (uint32_t stream = 1; stream < 2000; stream += 2) {
    absl::StrAppend(&frames,
                    Frame(FrameType::kHeaders, node::kFrameEndHeaders, stream,
                          node::CallHeaders("/commons.v1.Exchange/Compare")),
                    Frame(FrameType::kReset, 0, stream, std::string(4, '\x08')));
  }
  Flood(frames, "too many cancelled calls");
}

TEST_F(Edge, Pings) { Flood(Frame(FrameType::kPing, 0, 0, "12345678"), "too many pings"); }

TEST_F(Edge, Settings) { Flood(Frame(FrameType::kSettings), "too many settings"); }

TEST_F(Edge, Continuations) {
  std::string frames = Frame(FrameType::kHeaders, 0, 1, node::Header("a", "b"));
  for (int i = 0; i < 500; ++i) absl::StrAppend(&frames, Frame(FrameType::kContinuation, 0, 1));
  Flood(frames, "too many odd frames");
}

TEST_F(Edge, EmptyAndTinyData) {
  std::string frames = Frame(FrameType::kHeaders, node::kFrameEndHeaders, 1,
                             node::CallHeaders("/commons.v1.Exchange/Push"));
  for (int i = 0; i < 2000; ++i) {
    absl::StrAppend(&frames, Frame(FrameType::kData, 0, 1), Frame(FrameType::kData, 0, 1, "x"));
  }
  Flood(frames, "too many crumbs of messages");
}

}  // namespace
}  // namespace commons::attacks
