// Questions whose parsing is held up: each was seen to hold up everybody's with one thread for all.
#include "query/sql/parse/parser_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "absl/strings/match.h"
#include "absl/synchronization/notification.h"
#include "governance/document/refusal.h"

namespace commons::query::sql {
namespace {

using governance::ReasonOf;

// A parser that answers with the text as the dataset; what begins with "slow" waits for `release`.
struct Slow {
  absl::Notification release;
  std::atomic<int> entered = 0;  // by what is slow
  ParserPool* Pool(size_t threads, absl::Duration patience) {
    return new ParserPool(  // as in the daemon, it outlives everything
        [this](absl::string_view text) -> absl::StatusOr<Select> {
          if (absl::StartsWith(text, "slow")) {
            ++entered;
            release.WaitForNotification();
          }
          Select select;
          select.dataset = std::string(text);
          return select;
        },
        threads, patience);
  }
};

constexpr absl::Duration kShort = absl::Milliseconds(50);

TEST(ParserPool, OneResearchersParsingBlocksNoOther) {
  auto& slow = *new Slow;
  ParserPool& pool = *slow.Pool(2, kShort);
  EXPECT_EQ(ReasonOf(pool.Parse("slow 1", "a").status()), v1::SQL_TOO_LARGE);
  // The second of the same researcher takes no other thread: its turn never comes.
  EXPECT_EQ(ReasonOf(pool.Parse("slow 2", "a").status()), v1::BUSY);
  EXPECT_EQ(slow.entered, 1);
  absl::StatusOr<Select> other = absl::UnknownError("not asked");
  for (int tries = 0; tries < 200 && !other.ok(); ++tries) other = pool.Parse("quick", "b");
  slow.release.Notify();
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_EQ(other->dataset, "quick");
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
