// Slots of replies when several messages about one question are in hand at once.
#include "query/member/reply_slot.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using ::testing::Each;
using testing::Exchange;
using testing::Federation;
using ::testing::SizeIs;

testing::Options SlotsOf50Ms() {
  testing::Options options;
  options.rule.set_reply_slot_ms(50);
  return options;
}

// Member 1 with another context.
void Change(Federation& f, const std::function<void(MemberContext&)>& change) {
  MemberContext context = f.ContextOf(*f.nodes[1]);
  change(context);
  f.nodes[1]->contributor = std::make_unique<Contributor>(context);
}

// A wait that ends once so many wait at the same time, or after 10 seconds for everybody.
class Gathering {
 public:
  explicit Gathering(int expected) : expected_(expected) {}
  void Wait() {
    std::unique_lock lock(mu_);
    most_ = std::max(most_, ++waiting_);
    changed_.notify_all();
    over_ |= !changed_.wait_for(lock, std::chrono::seconds(10),
                                [&] { return over_ || most_ == expected_; });
    --waiting_;
  }
  int most() const { return most_; }

 private:
  const int expected_;
  std::mutex mu_;
  std::condition_variable changed_;
  int waiting_ = 0, most_ = 0;
  bool over_ = false;
};

// Each would hold a thread of the server for as long as all those before it wait.
TEST(ReplySlot, NobodyWaitsBehindTheWaitOfAnother) {
  constexpr int kCalls = 20;
  Federation f(SlotsOf50Ms());
  std::unique_ptr<Gathering> gathering;
  Change(f, [&](MemberContext& context) {
    context.wait = [&](absl::Duration) {
      if (gathering != nullptr) gathering->Wait();
    };
  });
  const auto most_at_once = [&](const std::function<v1::Reason()>& send, v1::Reason reason) {
    gathering = std::make_unique<Gathering>(kCalls);
    std::vector<std::thread> calls;
    for (int i = 0; i < kCalls; ++i) {
      calls.emplace_back([&] { EXPECT_EQ(send(), reason); });
    }
    for (std::thread& call : calls) call.join();
    const int most = gathering->most();
    gathering.reset();
    return most;
  };
  Exchange x(f);
  x.Vote();
  v1::Roster bad = x.roster;
  bad.set_threshold(5);
  const auto seal = [&](const v1::Roster& roster) {
    return [&] { return x.Seal(roster, 1).refusal().reason(); };
  };
  EXPECT_EQ(most_at_once(seal(bad), v1::BAD_ROSTER), kCalls);
  EXPECT_EQ(most_at_once(seal(x.roster), v1::REASON_UNSPECIFIED), kCalls) << "the first one counts";
  EXPECT_EQ(most_at_once(seal(x.roster), v1::REASON_UNSPECIFIED), kCalls) << "sealed already";
  x.submit.set_query_id(x.prepared.query_id.ToBytes());
  x.submit.set_attempt(1);
  for (const Voter& voter : x.voters) {
    x.submit.add_signatures(x.Seal(x.roster, f.IndexOf(voter.org)).signature());
  }
  f.clock.Advance(absl::Seconds(1));  // that slot is over
  EXPECT_EQ(most_at_once([&] { return x.Submit(1).refusal().reason(); }, v1::REASON_UNSPECIFIED),
            kCalls);
}

// Counts who reads the time: everybody does before looking for the session.
class WatchedClock : public Clock {
 public:
  explicit WatchedClock(const Clock& clock) : clock_(clock) {}
  absl::Time Now() const override {
    ++reads;
    return clock_.Now();
  }
  mutable std::atomic<int> reads = 0;

 private:
  const Clock& clock_;
};

// How long the replies wait of which each is sent while the first one's counting goes on, 3 ms
// apart; the counting ends 2 ms after the last.
using Sends = std::function<std::vector<std::function<void()>>(Federation&, Exchange&)>;
std::vector<absl::Duration> WaitsOfWhatComesMeanwhile(const Sends& sends) {
  Federation f(SlotsOf50Ms());
  const WatchedClock clock(f.clock);
  std::mutex mu;
  std::vector<absl::Duration> waits;
  std::vector<std::function<void()>> meanwhile;
  std::vector<std::thread> threads;
  Change(f, [&](MemberContext& context) {
    context.clock = &clock;
    context.wait = [&](absl::Duration wait) {
      std::lock_guard lock(mu);
      waits.push_back(wait);
    };
    context.execute = [&](const v1::Question& question, const v1::Standard& standard,
                          const Hash32&) -> absl::StatusOr<LocalPartials> {
      for (const auto& send : meanwhile) {
        f.clock.Advance(absl::Milliseconds(3));
        const int before = clock.reads;
        threads.emplace_back(send);
        while (clock.reads == before) std::this_thread::yield();
      }
      f.clock.Advance(absl::Milliseconds(2));
      return LocalPartials{std::vector<absl::int128>(CellSpace(question, standard).values()), 1};
    };
  });
  Exchange x(f);
  x.Vote();
  x.submit.set_query_id(x.prepared.query_id.ToBytes());
  x.submit.set_attempt(1);
  meanwhile = sends(f, x);
  EXPECT_FALSE(x.Seal(x.roster, 1).has_refusal());
  for (std::thread& thread : threads) thread.join();
  return waits;
}

// Sent a little apart, each with a slot of its own, they would show when counting ended.
TEST(ReplySlot, WhatComesDuringTheCountingLeavesWithItsReply) {
  const auto waits = WaitsOfWhatComesMeanwhile([](Federation&, Exchange& x) {
    v1::Roster bad = x.roster;
    bad.set_threshold(5);
    v1::Publish publish;
    publish.set_query_id(x.submit.query_id());
    publish.set_attempt(1);
    return std::vector<std::function<void()>>{
        [&x] { x.Seal(x.roster, 1); },
        [&x, bad] { x.Seal(bad, 1); },
        [&x] { x.Submit(1); },  // without signatures
        [&x, publish] { x.Publish(publish, 1); },
    };
  });
  EXPECT_THAT(waits, SizeIs(1 + 4));
  EXPECT_THAT(waits, Each(absl::Milliseconds(50 - 4 * 3 - 2)));
}

// By itself: what finds the session after it was withdrawn waits for nothing.
TEST(ReplySlot, AWithdrawalDuringTheCountingLeavesWithItsReply) {
  const auto waits = WaitsOfWhatComesMeanwhile([](Federation& f, Exchange& x) {
    v1::Seal withdrawal;
    *withdrawal.mutable_roster() = x.roster;
    withdrawal.set_withdraw(true);
    return std::vector<std::function<void()>>{[&f, &x, withdrawal] {
      f.nodes[1]->contributor->OnSeal(x.Wrap(withdrawal, kinds::kSeal, 1));
    }};
  });
  EXPECT_THAT(waits, SizeIs(1 + 1));
  EXPECT_THAT(waits, Each(absl::Milliseconds(50 - 3 - 2)));
}

}  // namespace
}  // namespace commons::query
