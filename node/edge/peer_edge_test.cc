// The edge in front of a real gRPC server: who is turned away, who is cut, and who is still served.
#include "node/edge/peer_edge.h"

#include <list>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "node/edge/raw_peer_for_test.h"
#include "node/transport/transport_for_test.h"

namespace commons::node {
namespace {

class PeerEdgeTest : public TransportFixture {
 protected:
  void SetUp() override {
    Introduce(client_, server_);
    Introduce(other_, server_);
  }
  // A server that echoes, with these limits.
  void Listen(const PeerEdge::Limits& limits) {
    auto started = PeerServer::Start("127.0.0.1:0", Who(server_), Echo, limits);
    ASSERT_TRUE(started.ok()) << started.status();
    listening_ = *std::move(started);
  }
  int port() const { return listening_->port(); }
  // More resets of calls than one key has in store.
  static std::string RapidReset() {
    std::string frames;
    for (uint32_t stream = 1; stream < 2 * 600; stream += 2) {
      absl::StrAppend(&frames,
                      Frame(FrameType::kHeaders, kFrameEndHeaders, stream, CallHeaders("/x/Y")),
                      Frame(FrameType::kReset, 0, stream, std::string(4, '\0')));
    }
    return frames;
  }
  bool ComesIn(const TransportNode& node) { return RawPeer(port(), node.key).came_in(); }
  void ExpectToComeIn(const TransportNode& node) {
    for (const absl::Time until = absl::Now() + absl::Seconds(20); !ComesIn(node);) {
      ASSERT_LT(absl::Now(), until);
      absl::SleepFor(absl::Milliseconds(20));  // an address may knock 64 times a second
    }
  }

  TransportNode other_{&clock_};
};

TEST_F(PeerEdgeTest, AStrangerThatSaysNothingIsEndedInTime) {
  PeerEdge::Limits limits;
  limits.waiting.patience = absl::Milliseconds(300);
  Listen(limits);
  const RawSocket silent(port()), half(port());
  half.Send(absl::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  EXPECT_TRUE(silent.IsEnded());
  EXPECT_TRUE(half.IsEnded());
  EXPECT_TRUE(Ask(client_).ok());
}

// A hello that never ends, in records of one byte or in large ones: OpenSSL would take 128 KiB of
// it and a quarter of a second of the only thread that lets anybody in.
TEST_F(PeerEdgeTest, AHelloWithoutAnEndIsCutShort) {
  PeerEdge::Limits limits;
  limits.waiting.patience = absl::Hours(1);
  Listen(limits);
  const std::string hello("\x01\x01\xff\xb8\x03\x03", 6);  // 131,000 bytes to come
  std::string crumbs;
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&crumbs, absl::string_view("\x16\x03\x01\x00\x01", 5),
                    i < 6 ? hello.substr(static_cast<size_t>(i), 1) : std::string(1, 'x'));
  }
  const RawSocket by_crumbs(port()), by_bytes(port());
  by_crumbs.Send(crumbs);
  EXPECT_TRUE(by_crumbs.IsEnded());
  const std::string large = absl::StrCat(absl::string_view("\x16\x03\x01\x3f\xff", 5), hello,
                                         std::string(0x3fff - 6, 'x'));
  by_bytes.Send(absl::StrCat(large, large));
  EXPECT_TRUE(by_bytes.IsEnded());
  EXPECT_TRUE(Ask(client_).ok());
}

// They never show as bytes, let alone as frames.
TEST_F(PeerEdgeTest, WhoRenewsItsKeysWithoutEndIsCut) {
  Listen({});
  RawPeer peer(port(), client_.key);
  ASSERT_TRUE(peer.came_in());
  EXPECT_TRUE(peer.IsEndedByRenewals(1'000'000));
  EXPECT_FALSE(ComesIn(client_));
  EXPECT_TRUE(Ask(other_).ok());
}

TEST_F(PeerEdgeTest, TheOldestStrangerGoesForTheNextToCome) {
  PeerEdge::Limits limits;
  limits.waiting.each = 3;
  limits.waiting.patience = absl::Hours(1);
  Listen(limits);
  std::list<RawSocket> strangers;
  for (int i = 0; i < 4; ++i) strangers.emplace_back(port());
  EXPECT_TRUE(strangers.front().IsEnded());
  EXPECT_TRUE(Ask(client_).ok());
  EXPECT_FALSE(strangers.back().IsEnded(absl::Milliseconds(100)));
}

TEST_F(PeerEdgeTest, AnAddressThatComesTooOftenIsTurnedAway) {
  PeerEdge::Limits limits;
  limits.waiting.knocks = {3, 0};
  Listen(limits);
  EXPECT_TRUE(Ask(client_).ok());
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(ComesIn(client_));
  EXPECT_FALSE(ComesIn(client_));
  EXPECT_TRUE(Ask(client_).ok()) << "over the connection that it has";
}

TEST_F(PeerEdgeTest, AKeyHasFewConnections) {
  PeerEdge::Limits limits;
  limits.keys.each = 2;
  Listen(limits);
  {
    const RawPeer one(port(), client_.key), two(port(), client_.key);
    EXPECT_TRUE(one.came_in() && two.came_in());
    EXPECT_FALSE(ComesIn(client_));
    EXPECT_TRUE(ComesIn(other_));
  }
  ExpectToComeIn(client_);  // the two have gone
}

TEST_F(PeerEdgeTest, WhoResetsCallsRapidlyIsCutForAWhileInOneLineAndOthersAreNot) {
  PeerEdge::Limits limits;
  limits.keys.cut = absl::Seconds(2);
  Listen(limits);
  RawPeer bystander(port(), client_.key);  // the same key's other connection
  RawPeer other(port(), other_.key);
  RawPeer flood(port(), client_.key);
  ASSERT_TRUE(flood.came_in() && bystander.came_in() && other.came_in());
  testing::internal::CaptureStderr();
  EXPECT_TRUE(flood.IsEndedBy(RapidReset(), 1));
  EXPECT_TRUE(bystander.IsEnded());
  EXPECT_FALSE(ComesIn(client_));
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(absl::StrContains(
      log, absl::StrCat("event=peer_cut_off key=", client_.key.public_key().ToHex())))
      << log;
  EXPECT_TRUE(absl::StrContains(log, "reason=\"too many cancelled calls\"")) << log;
  EXPECT_FALSE(other.IsEnded(absl::Milliseconds(100)));
  EXPECT_TRUE(Ask(other_).ok());
  ExpectToComeIn(client_);
  EXPECT_TRUE(Ask(client_).ok());
}

TEST_F(PeerEdgeTest, WhoIsRefusedTooOftenIsCut) {
  PeerEdge::Limits limits;
  limits.keys.refusals = {5, 0};
  Listen(limits);
  ASSERT_TRUE(Ask(client_).ok());
  server_.known.Set(client_.key.public_key(), Standing::kInvited);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(absl::IsPermissionDenied(Ask(client_, PeerMethod::kPropose).status()));
  }
  EXPECT_FALSE(Ask(client_, PeerMethod::kPropose).ok());
  // In fewer calls than a flood has.
  for (int calls = 0; !absl::IsUnavailable(Ask(client_).status()); ++calls) {
    ASSERT_LT(calls, 200);
    absl::SleepFor(absl::Milliseconds(20));
  }
}

TEST_F(PeerEdgeTest, ACallThatIsNeverFinishedEndsItsConnectionAndIsNoFlood) {
  PeerEdge::Limits limits;
  limits.patience.call = absl::Milliseconds(500);
  Listen(limits);
  RawPeer slow(port(), client_.key);
  EXPECT_TRUE(slow.Send(Frame(FrameType::kHeaders, kFrameEndHeaders, 1,
                              CallHeaders("/commons.v1.Exchange/Compare"))));
  EXPECT_TRUE(slow.IsEnded());
  EXPECT_TRUE(ComesIn(client_));
}

// It asks for 64 MiB and takes none of them: they wait with gRPC and the kernel, never here.
TEST_F(PeerEdgeTest, WhoTakesNoRepliesIsEnded) {
  PeerEdge::Limits limits;
  limits.patience.stalled = absl::Milliseconds(500);
  limits.keys.each = 1;
  auto started = PeerServer::Start(
      "127.0.0.1:0", Who(server_),
      [](PeerMethod, const v1::Envelope&) { return Message(std::string(4'000'000, 'x')); }, limits);
  ASSERT_TRUE(started.ok()) << started.status();
  listening_ = *std::move(started);
  RawPeer deaf(port(), client_.key);
  // The largest window for each stream (RFC 9113, 6.5.2: SETTINGS_INITIAL_WINDOW_SIZE) and in all.
  ASSERT_TRUE(deaf.Send(
      absl::StrCat(Frame(FrameType::kSettings, 0, 0, absl::string_view("\0\4\x7f\xff\0\0", 6)),
                   Frame(FrameType::kWindowUpdate, 0, 0, absl::string_view("\x7e\xff\0\0", 4)))));
  for (uint32_t stream = 1; stream < 32; stream += 2) {
    ASSERT_TRUE(deaf.Send(
        absl::StrCat(Frame(FrameType::kHeaders, kFrameEndHeaders, stream,
                           CallHeaders("/commons.v1.Exchange/Pull")),
                     Frame(FrameType::kData, kFrameEndStream, stream, std::string(5, '\0')))));
  }
  ExpectToComeIn(client_);  // in its place
  EXPECT_TRUE(Ask(other_).ok());
}

}  // namespace
}  // namespace commons::node
