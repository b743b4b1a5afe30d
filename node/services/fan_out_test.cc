#include "node/services/fan_out.h"

#include <gtest/gtest.h>

#include <future>
#include <new>

#include "absl/time/clock.h"

namespace commons::node {
namespace {

OrgId Org(uint8_t n) {
  OrgId id;
  id.mutable_data()[0] = n;
  return id;
}

query::Outgoing To(uint8_t n, const std::string& text) {
  query::Outgoing out{Org(n), {}};
  out.message.set_payload(text);
  return out;
}

TEST(FanOut, RepliesComeInTheOrderOfTheMessages) {
  FanOutSender sender([](const OrgId& to, PeerMethod method, const v1::Envelope& message,
                         absl::Duration) -> absl::StatusOr<v1::Envelope> {
    EXPECT_EQ(method, PeerMethod::kSeal);
    if (to == Org(2)) return absl::UnavailableError("away");
    v1::Envelope reply = message;
    reply.set_payload_type("reply");
    return reply;
  });
  const auto replies =
      sender.Send(query::Phase::kSeal, {To(1, "a"), To(2, "b"), To(3, "c")}, absl::Seconds(10));
  ASSERT_EQ(replies.size(), 3u);
  EXPECT_EQ(replies[0].message->payload(), "a");
  EXPECT_TRUE(absl::IsUnavailable(replies[1].message.status()));
  EXPECT_EQ(replies[2].message->payload(), "c");
}

TEST(FanOut, OneThatHangsCostsTheOthersNothingAndIsLate) {
  std::promise<void> let_go;
  const std::shared_future<void> gone = let_go.get_future().share();
  FanOutSender sender([&](const OrgId& to, PeerMethod, const v1::Envelope& message,
                          absl::Duration) -> absl::StatusOr<v1::Envelope> {
    if (to == Org(2)) gone.wait();
    return message;
  });
  const auto replies =
      sender.Send(query::Phase::kPropose, {To(1, "a"), To(2, "b")}, absl::Seconds(2));
  EXPECT_TRUE(replies[0].message.ok());
  EXPECT_TRUE(absl::IsDeadlineExceeded(replies[1].message.status()));
  EXPECT_LT(replies[0].took, absl::Seconds(2));
  EXPECT_EQ(replies[1].took, absl::Seconds(2));
  let_go.set_value();  // the destructor waits for the late one
}

TEST(FanOut, AMemberForWhomThereIsNoThreadIsUnavailableAndNobodyWaitsForIt) {
  int started = 0;
  FanOutSender sender([](const OrgId&, PeerMethod, const v1::Envelope& message,
                         absl::Duration) -> absl::StatusOr<v1::Envelope> { return message; },
                      [&](std::function<void()> work) {
                        if (++started == 2) return absl::UnavailableError("no thread left");
                        return StartDetached(std::move(work));
                      });
  const auto replies =
      sender.Send(query::Phase::kSeal, {To(1, "a"), To(2, "b"), To(3, "c")}, absl::Seconds(30));
  EXPECT_TRUE(replies[0].message.ok());
  EXPECT_EQ(replies[1].message.status(), absl::UnavailableError("no thread left"));
  EXPECT_TRUE(replies[2].message.ok());
}

TEST(FanOut, ACallThatThrowsIsAReplyAndNotTheEndOfTheProcess) {
  FanOutSender sender([](const OrgId& to, PeerMethod, const v1::Envelope& message,
                         absl::Duration) -> absl::StatusOr<v1::Envelope> {
    if (to == Org(1)) throw std::bad_alloc();
    return message;
  });
  const auto replies =
      sender.Send(query::Phase::kSeal, {To(1, "a"), To(2, "b")}, absl::Seconds(30));
  EXPECT_TRUE(absl::IsInternal(replies[0].message.status()));
  EXPECT_TRUE(replies[1].message.ok());
}

}  // namespace
}  // namespace commons::node
