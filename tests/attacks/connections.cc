#include "tests/attacks/connections.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "crypto/tls/x509.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {

using node::Frame;
using node::FrameType;
using node::RawPeer;
using node::RawSocket;

namespace {

size_t DescriptorsToBeHad() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur - 200;
}

std::string CancelledCalls() {
  std::string frames;
  for (uint32_t stream = 1; stream < 2000; stream += 2) {
    absl::StrAppend(&frames,
                    Frame(FrameType::kHeaders, node::kFrameEndHeaders, stream,
                          node::CallHeaders("/commons.v1.Exchange/Compare")),
                    Frame(FrameType::kReset, 0, stream, std::string(4, '\x08')));
  }
  return frames;
}

std::string Continuations() {
  std::string frames = Frame(FrameType::kHeaders, 0, 1, node::Header("a", "b"));
  for (int i = 0; i < 500; ++i) absl::StrAppend(&frames, Frame(FrameType::kContinuation, 0, 1));
  return frames;
}

std::string EmptyAndTinyData() {
  std::string frames = Frame(FrameType::kHeaders, node::kFrameEndHeaders, 1,
                             node::CallHeaders("/commons.v1.Exchange/Push"));
  for (int i = 0; i < 2000; ++i) {
    absl::StrAppend(&frames, Frame(FrameType::kData, 0, 1), Frame(FrameType::kData, 0, 1, "x"));
  }
  return frames;
}

}  // namespace

std::list<RawSocket> Knock(int port, size_t count, bool half_hellos,
                           const std::function<void(size_t)>& each) {
  // The head of a record of 512 bytes.
  const std::string half("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  count = std::min(count, DescriptorsToBeHad());
  std::list<RawSocket> sockets;
  for (size_t i = 0; i < count; ++i) {
    if (!sockets.emplace_back(port).connected()) {
      sockets.pop_back();
    } else if (half_hellos && i % 2 == 1) {
      sockets.back().Send(half);
    }
    if (each) each(i);
  }
  return sockets;
}

std::vector<FrameFlood> FrameFloods() {
  return {{"rapid reset", CancelledCalls(), "too many cancelled calls"},
          {"pings", Frame(FrameType::kPing, 0, 0, "12345678"), "too many pings"},
          {"settings", Frame(FrameType::kSettings), "too many settings"},
          {"continuations", Continuations(), "too many odd frames"},
          {"tiny data", EmptyAndTinyData(), "too many crumbs of messages"}};
}

const FrameFlood& FrameFloodNamed(const std::string& name) {
  static const std::vector<FrameFlood> all = FrameFloods();
  return *std::find_if(all.begin(), all.end(),
                       [&](const FrameFlood& flood) { return flood.name == name; });
}

void FloodUntilRefused(int port, const crypto::SigningKey& key, const std::string& frames) {
  std::vector<std::thread> floods;
  for (int i = 0; i < 2; ++i) {
    floods.emplace_back([&] {
      // Ended before all of it was sent, or in the middle of coming in anew.
      while (true) {
        RawPeer peer(port, key);
        if (!peer.came_in()) break;
        EXPECT_TRUE(peer.IsEndedBy(frames, 20'000));
      }
    });
  }
  for (std::thread& flood : floods) flood.join();
}

bool ComesIn(int port, const crypto::SigningKey& key, absl::Duration patience) {
  const absl::Time until = absl::Now() + patience;
  while (!RawPeer(port, key).came_in()) {
    if (absl::Now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

UnfinishedCalls::UnfinishedCalls(int port, const crypto::SigningKey& tls_key, size_t count) {
  const auto identity = *crypto::MintTlsIdentity(tls_key, absl::Now(), absl::Hours(1));
  std::shared_ptr<grpc::Channel> channel;
  for (size_t i = 0; i < count; ++i) {
    if (i % 10 == 0) channel = Dial(port, identity);
    Call& slow = calls_.emplace_back(channel);
    slow.call =
        slow.stub.PrepareCall(&slow.context, PathOf(kAllMethods[i % node::kPeerMethods]), &queue_);
    slow.call->StartCall(&slow);
  }
  void* tag = nullptr;
  bool sent = false;
  for (size_t i = 0; i < calls_.size(); ++i) EXPECT_TRUE(queue_.Next(&tag, &sent) && sent);
}

UnfinishedCalls::~UnfinishedCalls() {
  for (Call& slow : calls_) slow.context.TryCancel();
  for (Call& slow : calls_) {
    grpc::Status status;
    void* tag = nullptr;
    bool done = false;
    slow.call->Finish(&status, &slow);
    queue_.Next(&tag, &done);
  }
}

}  // namespace commons::attacks
