// Who of the organisation's own people asks next. Members take so many questions of one asker at a
// time and no more (docs/decisions/0012-the-line.md): beyond that people wait here, where it costs
// nobody anything.
#ifndef COMMONS_NODE_SERVICES_QUESTION_LINE_H_
#define COMMONS_NODE_SERVICES_QUESTION_LINE_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "node/services/pace.h"
#include "node/services/question_load.h"

namespace commons::node {

// Thread-safe; outlives its turns. Researchers take turns, whose own questions go as they came;
// nobody overtakes, so that a heavy question gets its room as well.
class QuestionLine {
 public:
  struct Limits {
    size_t at_once = limits::kConcurrentQuestions;
    size_t waiting = limits::kQuestionsWaiting;
    size_t waiting_each = limits::kQuestionsWaitingEach;
  };
  // may_begin: besides, whether members would take a question now; asked with the line locked.
  explicit QuestionLine(std::function<bool()> may_begin)
      : QuestionLine(std::move(may_begin), Limits()) {}
  QuestionLine(std::function<bool()> may_begin, const Limits& limits)
      : limits_(limits), may_begin_(std::move(may_begin)), pace_(limits.at_once) {}

  struct Asked {
    PublicKey researcher;
    std::string ticket;  // finds its place; "": nobody will look
    QuestionLoad load;
    absl::Duration patience;     // how long it waits at the most
    std::function<bool()> gone;  // whether nobody waits for it any more; often asked, locked
  };
  // Under way until it goes.
  class Turn {
   public:
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { line_.Ended(*this); }
    void PeersWereBusy() { busy_ = true; }

   private:
    friend class QuestionLine;
    Turn(QuestionLine& line, QuestionLoad load, absl::Time began)
        : line_(line), load_(std::move(load)), began_(began) {}
    QuestionLine& line_;
    const QuestionLoad load_;
    const absl::Time began_;
    bool busy_ = false;
  };
  // Blocks until it is its turn. BUSY, with how long the line is: it is full, or this researcher's
  // part of it (a full line loses the last question of whoever has most to whoever has less), or
  // the patience ended. kCancelled: gone.
  absl::StatusOr<std::unique_ptr<Turn>> Enter(const Asked& asked);

  struct Place {
    size_t before;         // questions that go first, of those that wait
    absl::Duration about;  // until the answer, as questions took lately
  };
  // nullopt: it does not wait.
  std::optional<Place> PlaceOf(absl::string_view ticket) const;

 private:
  enum class State { kWaits, kMayGo, kGone, kPutOut };
  struct Waiter {
    explicit Waiter(const Asked& a) : asked(a) {}
    const Asked& asked;
    State state = State::kWaits;
    std::condition_variable changed;
  };
  using Own = std::deque<Waiter*>;  // one researcher's, as they came

  absl::Status Join(Waiter& waiter);
  bool PutOutForOneWith(size_t own);
  void Remove(Waiter& waiter);
  void End(Waiter& waiter, State state);
  void Admit();
  bool Fits(const QuestionLoad& load) const;
  void Wait(std::unique_lock<std::mutex>& lock, Waiter& waiter);
  void Ended(const Turn& turn);
  size_t Before(size_t in_ring, size_t in_own) const;
  Place PlaceAt(size_t before) const;
  Place PlaceOf(const Waiter& waiter) const;
  absl::Status Busy(absl::string_view why, const Place& place) const;

  const Limits limits_;
  const std::function<bool()> may_begin_;
  const RunningClock clock_;
  mutable std::mutex mu_;
  Pace pace_;
  absl::Duration usual_ = absl::Milliseconds(200);  // of a question, a moving average
  size_t running_ = 0, scans_ = 0, waiting_ = 0;
  std::map<std::string, uint64_t> held_;  // micro-rho of those that run, by dataset
  std::deque<PublicKey> ring_;            // who waits, the next first
  std::map<PublicKey, Own> own_;          // never empty ones
};

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_QUESTION_LINE_H_
