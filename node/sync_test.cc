// What goes wrong on the threads of the exchange.
#include "node/sync.h"

#include <gtest/gtest.h>

#include <atomic>
#include <new>
#include <thread>

#include "absl/time/clock.h"
#include "node/federation_for_test.h"

namespace commons::node {
namespace {

TEST(Sync, ARoundThatThrowsIsNotTheEndOfTheProcess) {
  Pair all;
  std::atomic<int> rounds = 0;
  Exchange exchange(
      all.a.archive.get(), all.a.id, all.a.node.get(), &all.clock, &crypto::SystemRandom(),
      [&](const Peer&, PeerMethod, const v1::Envelope&) -> absl::StatusOr<v1::Envelope> {
        ++rounds;
        throw std::bad_alloc();
      });
  Sync sync(all.a.archive.get(), &exchange, all.a.id, &crypto::SystemRandom(),
            absl::Milliseconds(1));
  sync.Start();
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (rounds < 3 && absl::Now() < deadline) std::this_thread::yield();
  sync.Stop();
  EXPECT_GE(rounds, 3);
}

}  // namespace
}  // namespace commons::node
