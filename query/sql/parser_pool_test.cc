// Questions whose parsing is held up: each was seen to hold up everybody's with one thread for all.
#include "query/sql/parser_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "absl/strings/match.h"
#include "absl/synchronization/notification.h"
#include "governance/document/refusal.h"

namespace commons::query::sql {
namespace {

using governance::ReasonOf;

// A parser that answers with the text as the dataset; what begins with "slow" waits for `release`.
struct Slow {
  absl::Notification release, begun;
  std::atomic<int> entered = 0;  // by what is slow
  ParserPool* Pool(size_t threads, absl::Duration patience) {
    return new ParserPool(  // as in the daemon, it outlives everything
        [this](absl::string_view text) -> absl::StatusOr<Select> {
          if (absl::StartsWith(text, "slow")) {
            if (++entered == 1) begun.Notify();
            release.WaitForNotification();
          }
          Select select;
          select.dataset = std::string(text);
          return select;
        },
        threads, patience);
  }
};

constexpr absl::Duration kLong = absl::Seconds(60);
constexpr absl::Duration kShort = absl::Milliseconds(50);

TEST(ParserPool, OneResearchersParsingBlocksNoOther) {
  auto& slow = *new Slow;
  ParserPool& pool = *slow.Pool(2, kLong);
  auto first = std::async(std::launch::async, [&] { return pool.Parse("slow 1", "a"); });
  slow.begun.WaitForNotification();
  // The second of the same researcher takes no other thread.
  auto second = std::async(std::launch::async, [&] { return pool.Parse("slow 2", "a"); });
  while (pool.waiting() == 0 && slow.entered == 1) std::this_thread::yield();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(pool.Parse("quick", "b")->dataset, "quick");
  EXPECT_EQ(slow.entered, 1);
  slow.release.Notify();
  EXPECT_EQ(first.get()->dataset, "slow 1");
  EXPECT_EQ(second.get()->dataset, "slow 2");
}

TEST(ParserPool, ParsingHasATimeLimit) {
  auto& slow = *new Slow;
  ParserPool& pool = *slow.Pool(2, kShort);
  const absl::Status late = pool.Parse("slow", "a").status();
  EXPECT_EQ(ReasonOf(late), v1::SQL_TOO_LARGE);
  EXPECT_THAT(late.message(), testing::HasSubstr("took longer to read than 50ms"));
  // It still has the researcher's thread.
  EXPECT_EQ(ReasonOf(pool.Parse("quick", "a").status()), v1::BUSY);
  slow.release.Notify();
  absl::StatusOr<Select> again = absl::UnknownError("not asked");
  while (!(again = pool.Parse("quick", "a")).ok()) ASSERT_EQ(ReasonOf(again.status()), v1::BUSY);
  EXPECT_EQ(again->dataset, "quick");
}

}  // namespace
}  // namespace commons::query::sql
