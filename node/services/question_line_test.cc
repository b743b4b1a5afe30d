#include "node/services/question_line.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <list>
#include <string>
#include <thread>
#include <vector>

#include "governance/document/refusal.h"
#include "governance/testing/told_for_test.h"

namespace commons::node {
namespace {

using governance::ReasonOf;
using Turn = std::unique_ptr<QuestionLine::Turn>;

PublicKey Researcher(char name) { return *PublicKey::FromBytes(std::string(32, name)); }

constexpr absl::Duration kForEver = absl::Hours(1);

class QuestionLineTest : public testing::Test {
 protected:
  // A question whose asker waits on a thread of its own; it stays under way until it is ended.
  struct Waiting {
    std::atomic<bool> gone = false;
    std::future<absl::StatusOr<Turn>> turn;
  };

  QuestionLine::Asked Asked(char researcher, const std::string& ticket = "") const {
    return {Researcher(researcher), ticket, {}, kForEver, [] { return false; }};
  }
  // Where a place in the line would be a fault: it is not waited for to the end.
  absl::Status Refused(char researcher, const std::string& ticket) {
    QuestionLine::Asked asked = Asked(researcher, ticket);
    asked.patience = absl::Seconds(5);
    return line_.Enter(asked).status();
  }
  Turn EnterAtOnce(const QuestionLine::Asked& asked) {
    auto turn = line_.Enter(asked);
    EXPECT_TRUE(turn.ok()) << turn.status();
    return turn.ok() ? *std::move(turn) : nullptr;
  }
  // However it fails, nobody waits for it to the end of its patience.
  ~QuestionLineTest() override {
    for (Waiting& waiting : waiting_) waiting.gone = true;
  }
  static absl::Status EndOf(Waiting& waiting) {
    if (waiting.turn.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
      return absl::DeadlineExceededError("it still waits");
    }
    return waiting.turn.get().status();
  }
  // Returns once it stands in the line.
  Waiting& Queue(QuestionLine::Asked asked) {
    Waiting& waiting = waiting_.emplace_back();
    asked.gone = [&waiting] { return waiting.gone.load(); };
    const std::string ticket = asked.ticket;
    waiting.turn = std::async(std::launch::async, [this, asked] {
      auto turn = line_.Enter(asked);
      std::lock_guard lock(mu_);
      if (turn.ok()) served_.push_back(asked.ticket);
      return turn;
    });
    while (!line_.PlaceOf(ticket).has_value() &&
           waiting.turn.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      std::this_thread::yield();
    }
    EXPECT_TRUE(line_.PlaceOf(ticket).has_value()) << ticket << " does not stand in the line";
    return waiting;
  }
  size_t Before(const std::string& ticket) const {
    const auto place = line_.PlaceOf(ticket);
    return place.has_value() ? place->before : SIZE_MAX;
  }
  // Each as it comes ends at once, so that the next one goes.
  std::vector<std::string> ServeAll() {
    std::vector<std::string> tickets;
    for (size_t left = waiting_.size(); left > 0;) {
      for (Waiting& waiting : waiting_) {
        if (!waiting.turn.valid() ||
            waiting.turn.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
          continue;
        }
        waiting.turn.get().value().reset();
        --left;
      }
      std::this_thread::yield();
    }
    std::lock_guard lock(mu_);
    return served_;
  }

  std::atomic<bool> may_begin_ = true;
  QuestionLine line_{[this] { return may_begin_.load(); },
                     {.at_once = 1, .waiting = 6, .waiting_each = 4}};
  std::list<Waiting> waiting_;
  std::mutex mu_;
  std::vector<std::string> served_;
};

TEST_F(QuestionLineTest, ResearchersTakeTurnsAndEachKnowsItsPlace) {
  Turn running = EnterAtOnce(Asked('a'));
  for (const char* ticket : {"a1", "a2", "a3", "b1", "b2", "c1"}) Queue(Asked(ticket[0], ticket));
  // Taking turns: a1 b1 c1 a2 b2 a3.
  EXPECT_EQ(Before("a1"), 0u);
  EXPECT_EQ(Before("b1"), 1u);
  EXPECT_EQ(Before("c1"), 2u);
  EXPECT_EQ(Before("a2"), 3u);
  EXPECT_EQ(Before("b2"), 4u);
  EXPECT_EQ(Before("a3"), 5u);
  EXPECT_GT(line_.PlaceOf("a3")->about, line_.PlaceOf("a1")->about);
  EXPECT_EQ(Before("nobody's"), SIZE_MAX);
  running.reset();
  EXPECT_EQ(ServeAll(), (std::vector<std::string>{"a1", "b1", "c1", "a2", "b2", "a3"}));
}

TEST_F(QuestionLineTest, OneResearcherHasSoManyPlacesAndAFullLineIsBusyInWords) {
  Turn running = EnterAtOnce(Asked('z'));
  for (const char* ticket : {"a1", "a2", "a3", "a4"}) Queue(Asked('a', ticket));
  const absl::Status fifth = Refused('a', "a5");
  EXPECT_EQ(ReasonOf(fifth), v1::BUSY);
  EXPECT_NE(fifth.message().find("4 of this researcher's questions wait already; 4 "
                                 "before yours, about "),
            std::string::npos)
      << fifth;
  Queue(Asked('b', "b1"));
  Queue(Asked('c', "c1"));
  running.reset();
  EXPECT_EQ(ServeAll().size(), 6u);
}

// Else whoever is first would keep all others out, each of its places taken again by itself.
TEST_F(QuestionLineTest, AFullLineMakesRoomForWhoHasLessAtTheCostOfWhoHasMost) {
  Turn running = EnterAtOnce(Asked('z'));
  for (const char* ticket : {"a1", "a2", "a3", "a4"}) Queue(Asked('a', ticket));
  Waiting& last_of_a = waiting_.back();
  Queue(Asked('b', "b1"));
  Queue(Asked('c', "c1"));
  Queue(Asked('d', "d1"));
  const absl::Status put_out = EndOf(last_of_a);
  EXPECT_EQ(ReasonOf(put_out), v1::BUSY) << put_out;
  Queue(Asked('e', "e1"));
  EXPECT_EQ(ReasonOf(EndOf(*std::next(waiting_.begin(), 2))), v1::BUSY);
  Queue(Asked('f', "f1"));
  EXPECT_EQ(ReasonOf(EndOf(*std::next(waiting_.begin(), 1))), v1::BUSY);
  // Everybody has one: nobody has more than whoever comes now would have.
  const absl::Status refused = Refused('g', "g1");
  EXPECT_EQ(ReasonOf(refused), v1::BUSY);
  EXPECT_NE(refused.message().find("the line is full: 6 questions wait; 6 before yours"),
            std::string::npos)
      << refused;
  running.reset();
  waiting_.remove_if([](const Waiting& waiting) { return !waiting.turn.valid(); });
  EXPECT_EQ(ServeAll(), (std::vector<std::string>{"a1", "b1", "c1", "d1", "e1", "f1"}));
}

TEST_F(QuestionLineTest, WhoeverWaitsTooLongIsBusyAndLeavesTheLine) {
  Turn running = EnterAtOnce(Asked('a'));
  QuestionLine::Asked impatient = Asked('b', "b1");
  impatient.patience = absl::Milliseconds(1);
  const auto late = line_.Enter(impatient);
  EXPECT_EQ(ReasonOf(late.status()), v1::BUSY);
  EXPECT_NE(late.status().message().find("its turn did not come in time; 0 before yours"),
            std::string::npos)
      << late.status();
  EXPECT_EQ(Before("b1"), SIZE_MAX);
  running.reset();
  EnterAtOnce(Asked('c'));
}

TEST_F(QuestionLineTest, WhoseClientIsGoneLeavesAndTakesNoTurn) {
  Turn running = EnterAtOnce(Asked('a'));
  Waiting& first = Queue(Asked('b', "b1"));
  Waiting& second = Queue(Asked('c', "c1"));
  second.gone = true;  // while all stand still, and wherever it stands, it notices by itself
  EXPECT_TRUE(absl::IsCancelled(EndOf(second)));
  EXPECT_EQ(Before("b1"), 0u);
  first.gone = true;
  running.reset();
  EXPECT_TRUE(absl::IsCancelled(EndOf(first)));
  EXPECT_TRUE(served_.empty());
  EnterAtOnce(Asked('d'));
}

TEST_F(QuestionLineTest, NobodyBeginsWhileMembersWouldRefuse) {
  may_begin_ = false;
  Waiting& waiting = Queue(Asked('a', "a1"));
  QuestionLine::Asked impatient = Asked('b');
  impatient.patience = absl::Milliseconds(1);
  EXPECT_EQ(ReasonOf(line_.Enter(impatient).status()), v1::BUSY);
  may_begin_ = true;
  EXPECT_TRUE(waiting.turn.get().ok());
}

TEST_F(QuestionLineTest, BusyMembersGetAPauseAndFewerAtOnce) {
  QuestionLine line([] { return true; }, {.at_once = 2, .waiting = 6, .waiting_each = 6});
  auto first = line.Enter(Asked('a'));
  ASSERT_TRUE(first.ok());
  const absl::Time before = absl::Now();
  (*first)->PeersWereBusy();
  first->reset();
  auto second = line.Enter(Asked('a'));
  ASSERT_TRUE(second.ok());
  EXPECT_GE(absl::Now() - before, Pace::kFirstPause) << "it waited";
  QuestionLine::Asked impatient = Asked('b');
  impatient.patience = absl::ZeroDuration();
  EXPECT_EQ(ReasonOf(line.Enter(impatient).status()), v1::BUSY) << "one at a time now";
}

// Four at once of four ordinary scans; one that weighs three runs beside one ordinary, not two.
TEST_F(QuestionLineTest, HeavyQuestionsTakeTheRoomOfSeveralAndAreNotOvertaken) {
  QuestionLine line([] { return true; }, {.at_once = 4, .waiting = 6, .waiting_each = 6});
  QuestionLine::Asked heavy = Asked('a'), light = Asked('b');
  heavy.load.scans = 3;
  heavy.patience = light.patience = absl::ZeroDuration();
  auto one = line.Enter(light);
  auto three = line.Enter(heavy);
  ASSERT_TRUE(one.ok() && three.ok());
  EXPECT_EQ(ReasonOf(line.Enter(light).status()), v1::BUSY);
  one->reset();
  EXPECT_EQ(ReasonOf(line.Enter(heavy).status()), v1::BUSY);
  EXPECT_TRUE(line.Enter(light).ok());
  three->reset();
  heavy.load.scans = 9;
  EXPECT_TRUE(line.Enter(heavy).ok()) << "alone any may";
}

// What members let one asker hold of a dataset's budget before it is published.
TEST_F(QuestionLineTest, QuestionsTogetherHoldNoMoreOfABudgetThanTheirRoom) {
  QuestionLine line([] { return true; }, {.at_once = 4, .waiting = 6, .waiting_each = 6});
  QuestionLine::Asked asked = Asked('a');
  asked.patience = absl::ZeroDuration();
  asked.load = {.scans = 1, .dataset = "visits", .cost_micro_rho = 40, .room_micro_rho = 100};
  QuestionLine::Asked other = asked, open = asked, large = asked;
  other.load.dataset = "cases";
  open.load.cost_micro_rho = 0;
  large.load.cost_micro_rho = 1000;
  auto first = line.Enter(asked), second = line.Enter(asked);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(ReasonOf(line.Enter(asked).status()), v1::BUSY);
  EXPECT_TRUE(line.Enter(other).ok());
  EXPECT_TRUE(line.Enter(open).ok());
  first->reset();
  EXPECT_EQ(ReasonOf(line.Enter(large).status()), v1::BUSY);
  EXPECT_TRUE(line.Enter(asked).ok());
  second->reset();
  EXPECT_TRUE(line.Enter(large).ok()) << "of larger ones there is one at a time";
}

}  // namespace
}  // namespace commons::node
