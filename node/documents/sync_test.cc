#include "node/documents/sync.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "node/documents/federation_for_test.h"

namespace commons::node {
namespace {

using governance::ReasonOf;
using testing::HasSubstr;

// Waits for what another thread does.
bool Eventually(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

Sync SyncOf(TestOrg& org, Exchange* exchange) {
  return Sync(&org.book->snapshots(), exchange, org.id, &crypto::SystemRandom(),
              absl::Milliseconds(1));
}

TEST(Sync, ARoundThatThrowsIsNotTheEndOfTheProcess) {
  Pair all;
  std::atomic<int> rounds = 0;
  Exchange exchange(all.a.book.get(), all.a.intake.get(), all.a.node.get(), &all.clock,
                    &crypto::SystemRandom(),
                    [&](const Peer&, PeerMethod, const v1::Envelope&,
                        absl::Time) -> absl::StatusOr<v1::Envelope> {
                      ++rounds;
                      throw std::bad_alloc();
                    });
  Sync sync = SyncOf(all.a, &exchange);
  sync.Start();
  EXPECT_TRUE(Eventually([&] { return rounds >= 3; }));
  sync.Stop();
}

TEST(Sync, ANodeSaysWhatItWaitsForBeforeItHasACommons) {
  Federation all;
  TestOrg& a = all.Add("auckland");
  all.Add("lakes");
  Sync sync = SyncOf(a, a.exchange.get());
  EXPECT_EQ(ReasonOf(sync.CaughtUp()), v1::STALE);
  EXPECT_THAT(sync.CaughtUp().message(), HasSubstr("belongs to no commons yet"));
  ASSERT_TRUE(a.book->Join(all.Founding({"auckland", "lakes"})).ok());
  EXPECT_THAT(sync.CaughtUp().message(), HasSubstr("every founder's approval"));
}

TEST(Sync, CatchesUpOnceEnoughPeersHaveShownWhatTheyHold) {
  Pair all;
  Sync sync = SyncOf(all.a, all.a.exchange.get());
  EXPECT_EQ(ReasonOf(sync.CaughtUp()), v1::STALE);
  EXPECT_THAT(sync.CaughtUp().message(), HasSubstr("waiting for 1 of: lakes"));
  EXPECT_FALSE(sync.Reachable(all.b.id));
  sync.Start();
  EXPECT_TRUE(Eventually([&] { return sync.CaughtUp().ok(); })) << sync.CaughtUp();
  sync.Stop();
  EXPECT_TRUE(sync.Reachable(all.b.id));
}

TEST(Sync, APeerThatIsAwayKeepsItWaitingAndIsNotReachable) {
  Pair all;
  std::atomic<int> rounds = 0;
  Exchange exchange(all.a.book.get(), all.a.intake.get(), all.a.node.get(), &all.clock,
                    &crypto::SystemRandom(),
                    [&](const Peer&, PeerMethod, const v1::Envelope&,
                        absl::Time) -> absl::StatusOr<v1::Envelope> {
                      ++rounds;
                      return absl::UnavailableError("away");
                    });
  Sync sync = SyncOf(all.a, &exchange);
  sync.NoteContact(all.b.id, true);
  EXPECT_TRUE(sync.Reachable(all.b.id));
  sync.Start();
  EXPECT_TRUE(Eventually([&] { return rounds >= 3; }));
  sync.Stop();
  EXPECT_FALSE(sync.Reachable(all.b.id));
  EXPECT_EQ(ReasonOf(sync.CaughtUp()), v1::STALE);
}

// Of many, none of which is there, to be asked all again and again.
class ManyAway : public testing::Test {
 protected:
  ManyAway() {
    for (int i = 0; i < 12; ++i) names_.push_back(absl::StrCat("m", i));
    for (const std::string& name : names_) all_.Add(name);
    all_.Found(names_);
  }
  TestOrg& node() { return *all_.orgs.at("m0"); }
  Exchange ExchangeThat(const std::function<absl::Status()>& on_call) {
    return Exchange(node().book.get(), node().intake.get(), node().node.get(), &all_.clock,
                    &crypto::SystemRandom(),
                    [on_call](const Peer&, PeerMethod, const v1::Envelope&,
                              absl::Time) -> absl::StatusOr<v1::Envelope> { return on_call(); });
  }
  Federation all_;
  std::vector<std::string> names_;
};

// Seen at 11 while everybody was asked at once.
TEST_F(ManyAway, AFewAreAskedAtATime) {
  std::atomic<int> now = 0, most = 0, calls = 0;
  Exchange exchange = ExchangeThat([&] {
    const int at_once = ++now;
    for (int seen = most; seen < at_once && !most.compare_exchange_weak(seen, at_once);) {
    }
    // Long enough for a fifth to come, if one does.
    const absl::Time until = absl::Now() + absl::Milliseconds(20);
    while (most <= 4 && absl::Now() < until) absl::SleepFor(absl::Milliseconds(1));
    --now;
    ++calls;
    return absl::UnavailableError("away");
  });
  Sync sync = SyncOf(node(), &exchange);
  sync.Start();
  EXPECT_TRUE(Eventually([&] { return calls >= 60; }));
  sync.Stop();
  EXPECT_LE(most, 4);
  EXPECT_THAT(sync.CaughtUp().message(), HasSubstr("waiting for 6 of: "));
  EXPECT_THAT(sync.CaughtUp().message(), HasSubstr("; not reached: "));
  EXPECT_THAT(sync.CaughtUp().message(), HasSubstr(" and 3 more"));
}

TEST_F(ManyAway, EverybodyIsAskedBeforeAnybodyIsAskedAgain) {
  std::mutex mu;
  std::vector<OrgId> asked;
  Exchange exchange(node().book.get(), node().intake.get(), node().node.get(), &all_.clock,
                    &crypto::SystemRandom(),
                    [&](const Peer& peer, PeerMethod, const v1::Envelope&,
                        absl::Time) -> absl::StatusOr<v1::Envelope> {
                      std::lock_guard lock(mu);
                      asked.push_back(peer.address.org);
                      return absl::UnavailableError("away");
                    });
  Sync sync = SyncOf(node(), &exchange);
  sync.Start();
  EXPECT_TRUE(Eventually([&] {
    std::lock_guard lock(mu);
    return asked.size() >= 30;
  }));
  sync.Stop();
  // Three rounds of four.
  EXPECT_EQ(std::set<OrgId>(asked.begin(), asked.begin() + 12).size(), 11u);
}

// Those who ask and hold the same need not be asked.
TEST_F(ManyAway, WhoAsksAndHoldsTheSameHasShownIt) {
  Exchange exchange = ExchangeThat([] { return absl::UnavailableError("away"); });
  Sync sync = SyncOf(node(), &exchange);
  for (int i = 1; i <= 6; ++i) {
    EXPECT_EQ(ReasonOf(sync.CaughtUp()), v1::STALE);
    sync.NoteHeard(all_.orgs.at(absl::StrCat("m", i))->id, /*same=*/i < 6);
  }
  EXPECT_THAT(sync.CaughtUp().message(), HasSubstr("waiting for 1 of: "));
  sync.NoteHeard(all_.orgs.at("m6")->id, /*same=*/true);
  EXPECT_TRUE(sync.CaughtUp().ok()) << sync.CaughtUp();
}

// With many peers a uniform choice would come to it late.
TEST(Sync, ASilentPeerIsAskedInEveryRound) {
  Federation all;
  const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f", "g", "h"};
  for (const std::string& name : names) all.Add(name);
  TestOrg& a = *all.orgs.at("a");
  const OrgId silent = all.orgs.at("h")->id;
  all.Found(names);
  std::atomic<int> rounds = 0, with_it = 0;
  Exchange exchange(
      a.book.get(), a.intake.get(), a.node.get(), &all.clock, &crypto::SystemRandom(),
      [&](const Peer& peer, PeerMethod method, const v1::Envelope& request, absl::Time) {
        ++(peer.address.org == silent ? with_it : rounds);
        return peer.address.org == silent
                   ? absl::StatusOr<v1::Envelope>(absl::DeadlineExceededError("late"))
                   : all.Deliver(peer, method, request);
      });
  Sync sync = SyncOf(a, &exchange);
  sync.Start();
  EXPECT_TRUE(Eventually([&] { return sync.CaughtUp().ok(); })) << sync.CaughtUp();
  sync.NoteSilence(silent);
  EXPECT_TRUE(sync.Silent(silent));
  const int before = with_it, others = rounds;
  EXPECT_TRUE(Eventually([&] { return with_it - before >= 20; }));
  EXPECT_LT(rounds - others, 30) << "one other peer a round";
  sync.Stop();
}

// Its peers hold more of its log than the node itself: it must not sign before it has the rest.
TEST(Sync, ARestoredNodeHasCaughtUpOnlyWithItsWholeLog) {
  Pair all;
  TestOrg& a = all.a;
  Restore(all, a, all.b);
  ASSERT_LT(a.SizeOf(a.id), all.b.SizeOf(a.id));
  Sync sync = SyncOf(a, a.exchange.get());
  EXPECT_EQ(ReasonOf(sync.CaughtUp()), v1::STALE);
  sync.Start();
  EXPECT_TRUE(Eventually([&] { return sync.CaughtUp().ok(); })) << sync.CaughtUp();
  sync.Stop();
  EXPECT_EQ(a.SizeOf(a.id), all.b.SizeOf(a.id));
}

}  // namespace
}  // namespace commons::node
