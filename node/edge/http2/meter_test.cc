// What an honest client does passes; each flood is cut, over however many connections.
#include "node/edge/http2/meter.h"

#include <functional>
#include <string>

#include "absl/strings/match.h"
#include "base/limits.h"
#include "gtest/gtest.h"
#include "node/edge/http2/http2_for_test.h"

namespace commons::node {
namespace {

constexpr uint8_t kWhole = kFrameEndHeaders;
constexpr uint8_t kLast = kFrameEndStream;

class Http2MeterTest : public testing::Test {
 protected:
  struct Connection {
    explicit Connection(Http2MeterTest* test) : test(test), meter(&test->key_) {
      EXPECT_TRUE(meter.FromClient(kClientPreface, test->now_).ok());
    }
    absl::Status Send(const std::string& frame) { return meter.FromClient(frame, test->now_); }
    absl::Status Call() { return Send(Frame(FrameType::kHeaders, kWhole, stream += 2, "hh")); }
    absl::Status Reply() {
      return meter.FromServer(Frame(FrameType::kHeaders, kWhole | kLast, stream, "t"));
    }
    Http2MeterTest* test;
    Http2Meter meter;
    uint32_t stream = 1;
  };
  // How many of these in a row pass; at most a hundred thousand.
  static int Passed(const std::function<absl::Status()>& send, absl::string_view reason) {
    for (int i = 0; i < 100'000; ++i) {
      const absl::Status status = send();
      if (status.ok()) continue;
      EXPECT_EQ(status, absl::ResourceExhaustedError(reason));
      return i;
    }
    ADD_FAILURE() << "nothing was cut: " << reason;
    return 0;
  }

  absl::Time now_ = absl::UnixEpoch() + absl::Hours(1);
  KeyMeter key_{now_};
  Connection one_{this};
};

TEST_F(Http2MeterTest, ABusyHonestClientPasses) {
  for (int i = 0; i < 60'000; ++i) {
    ASSERT_TRUE(one_.Call().ok());
    ASSERT_TRUE(one_.Send(Frame(FrameType::kData, 0, one_.stream, std::string(4096, 'd'))).ok());
    ASSERT_TRUE(one_.Send(Frame(FrameType::kData, kLast, one_.stream, "end")).ok());
    ASSERT_TRUE(one_.Send(Frame(FrameType::kWindowUpdate, 0, 0, "wwww")).ok());
    if (i % 100 == 0) {
      ASSERT_TRUE(one_.Send(Frame(FrameType::kPing, 0, 0, "12345678")).ok());
      ASSERT_TRUE(one_.Send(Frame(FrameType::kSettings, kFrameAck)).ok());
      ASSERT_TRUE(one_.Send(Frame(FrameType::kReset, 0, one_.stream, "rrrr")).ok());
    }
    ASSERT_TRUE(one_.Reply().ok());
    now_ += absl::Milliseconds(1);
  }
}

TEST_F(Http2MeterTest, EachKindOfFloodIsCutAndNamed) {
  const auto passed = [this](FrameType type, uint8_t flags, const std::string& payload,
                             absl::string_view reason) {
    Connection flood(this);
    return Passed([&] { return flood.Send(Frame(type, flags, 1, payload)); }, reason);
  };
  Connection resets(this), calls(this);
  const auto called_and_reset = [&] {
    const absl::Status called = resets.Call();
    return called.ok() ? resets.Send(Frame(FrameType::kReset, 0, resets.stream, "rrrr")) : called;
  };
  const auto called_and_answered = [&] {
    const absl::Status called = calls.Call();
    return called.ok() ? calls.Reply() : called;
  };
  EXPECT_EQ(Passed(called_and_reset, "too many cancelled calls"), 128);
  EXPECT_EQ(Passed(called_and_answered, "too many calls"), 8000 - 129);
  EXPECT_EQ(passed(FrameType::kPing, 0, "12345678", "too many pings"), 400);
  EXPECT_EQ(passed(FrameType::kSettings, 0, "", "too many settings"), 400);
  EXPECT_EQ(passed(FrameType::kContinuation, 0, "", "too many odd frames"), 100);
  EXPECT_EQ(passed(FrameType::kPriority, 0, "ppppp", "too many odd frames"), 0);
  EXPECT_EQ(passed(FrameType::kData, 0, "", "too many crumbs of messages"), 2000);
  EXPECT_EQ(passed(FrameType::kData, kLast, "", "too many crumbs of messages"), 0);
  EXPECT_EQ(passed(FrameType::kData, kLast, "of no call", "too many crumbs of messages"), 0);
  EXPECT_EQ(passed(FrameType::kData, 0, std::string(4096, 'd'), "too many crumbs of messages"), 0);
  Connection records(this);
  EXPECT_GT(
      Passed([&] { return records.meter.SmallRecords(1, now_); }, "too many small records of TLS"),
      5'000);
  EXPECT_EQ(passed(FrameType::kData, 0, "d", "too many crumbs of messages"), 0);
  EXPECT_EQ(passed(FrameType::kWindowUpdate, 0, "wwww", "too many window updates"), 16000);
}

TEST_F(Http2MeterTest, EveryOddFrameCounts) {
  for (const auto& frame :
       {Frame(FrameType::kPushPromise), Frame(FrameType::kGoAway), Frame(FrameType::kPriority),
        Frame(static_cast<FrameType>(77)), Frame(FrameType::kData, kFramePadded | kLast, 1, "xx"),
        Frame(FrameType::kHeaders, kFramePadded | kWhole, 0, "xx")}) {
    KeyMeter key(now_);
    Http2Meter meter(&key);
    EXPECT_TRUE(meter.FromClient(kClientPreface, now_).ok());
    EXPECT_EQ(Passed([&] { return meter.FromClient(frame, now_); }, "too many odd frames"), 100);
  }
}

TEST_F(Http2MeterTest, MoreConnectionsAreNotMoreFrames) {
  Connection other(this);
  const std::string ping = Frame(FrameType::kPing, 0, 0, "12345678");
  EXPECT_EQ(Passed(
                [&] {
                  const absl::Status first = one_.Send(ping);
                  return first.ok() ? other.Send(ping) : first;
                },
                "too many pings"),
            200);
  now_ += absl::Seconds(1);
  EXPECT_EQ(Passed([&] { return other.Send(ping); }, "too many pings"), 40);
}

TEST_F(Http2MeterTest, AHeaderBlockIsSmallInHoweverManyFrames) {
  const size_t half = limits::kHeaderBlockBytes / 2;
  EXPECT_TRUE(one_.Send(Frame(FrameType::kHeaders, 0, 1, std::string(half, 'h'))).ok());
  EXPECT_TRUE(one_.Send(Frame(FrameType::kContinuation, 0, 1, std::string(half, 'h'))).ok());
  EXPECT_EQ(one_.Send(Frame(FrameType::kContinuation, kWhole, 1, "h")).message(),
            "too many bytes of headers");
  // The next block begins at nothing. Its size is known before its bytes come.
  Connection other(this);
  for (const uint32_t stream : {5, 7, 9}) {
    EXPECT_TRUE(
        other.Send(Frame(FrameType::kHeaders, kWhole, stream, std::string(half, 'h'))).ok());
  }
  EXPECT_EQ(other
                .Send(Frame(FrameType::kHeaders, kWhole, 11,
                            std::string(limits::kHeaderBlockBytes + 1, 'h'))
                          .substr(0, 9))
                .message(),
            "too many bytes of headers");
}

TEST_F(Http2MeterTest, ControlFramesAreSmall) {
  EXPECT_EQ(one_.Send(Frame(FrameType::kSettings, 0, 0, std::string(1026, 's'))).message(),
            "too many bytes in a frame that needs few");
}

TEST_F(Http2MeterTest, CallsAtOnceAreCountedUntilEitherSideEndsThem) {
  Connection other(this);
  for (size_t i = 0; i < limits::kPeerCallsOpenEach; ++i) {
    EXPECT_TRUE((i % 2 == 0 ? one_ : other).Call().ok());
  }
  const auto one_more = [this] {
    Connection third(this);
    return third.Call().message() == "too many calls at once";
  };
  EXPECT_TRUE(one_more());
  EXPECT_TRUE(one_.Send(Frame(FrameType::kReset, 0, 3, "rrrr")).ok());
  EXPECT_FALSE(one_more());
  EXPECT_TRUE(one_.Call().ok());
  EXPECT_TRUE(one_more());
  EXPECT_TRUE(other.Reply().ok());
  EXPECT_FALSE(one_more());
  // A connection that goes takes its calls with it.
  {
    KeyMeter key(now_);
    for (size_t i = 0; i < 3 * limits::kPeerCallsOpenEach; ++i) {
      Http2Meter meter(&key);
      EXPECT_TRUE(meter.FromClient(kClientPreface, now_).ok());
      EXPECT_TRUE(meter.FromClient(Frame(FrameType::kHeaders, kWhole, 1, "h"), now_).ok());
    }
  }
}

TEST_F(Http2MeterTest, UnfinishedMessagesAreBoundedTogether) {
  const std::string part = Frame(FrameType::kData, 0, 3, std::string(1 << 20, 'd'));
  EXPECT_TRUE(one_.Call().ok());
  {
    Connection other(this);
    EXPECT_TRUE(other.Call().ok());
    EXPECT_TRUE(one_.Send(part).ok());
    EXPECT_EQ(Passed([&] { return other.Send(part); }, "too many bytes of messages at once"),
              static_cast<int>(limits::kPeerBytesOpenEach >> 20) - 1);
  }
  EXPECT_TRUE(one_.Send(part).ok());
  EXPECT_TRUE(one_.Reply().ok());
  EXPECT_EQ(key_.open_bytes(), 0u);
}

TEST_F(Http2MeterTest, TheOldestOpenCallIsKnown) {
  EXPECT_EQ(one_.meter.oldest_call(), absl::InfiniteFuture());
  const absl::Time first = now_;
  EXPECT_TRUE(one_.Call().ok());
  now_ += absl::Seconds(1);
  EXPECT_TRUE(one_.Call().ok());
  EXPECT_EQ(one_.meter.oldest_call(), first);
  EXPECT_TRUE(one_.Send(Frame(FrameType::kReset, 0, 3, "rrrr")).ok());
  EXPECT_EQ(one_.meter.oldest_call(), now_);
  EXPECT_TRUE(one_.Reply().ok());
  EXPECT_EQ(one_.meter.oldest_call(), absl::InfiniteFuture());
}

TEST_F(Http2MeterTest, SomethingElseThanHttp2IsCut) {
  Http2Meter meter(&key_);
  EXPECT_EQ(meter.FromClient("GET / HTTP/1.1\r\n\r\n", now_).message(), "not HTTP/2");
}

}  // namespace
}  // namespace commons::node
