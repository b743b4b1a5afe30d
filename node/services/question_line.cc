#include "node/services/question_line.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"

namespace commons::node {
namespace {

// How often whoever waits looks whether its client is still there, and the pause over.
constexpr std::chrono::milliseconds kLook(100);

}  // namespace

// Of those that wait, who goes before the question at `in_own` of the researcher at `in_ring`: of
// everybody else as many, and one more of those whose turn comes first.
size_t QuestionLine::Before(size_t in_ring, size_t in_own) const {
  size_t before = in_own;
  for (size_t i = 0; i < ring_.size(); ++i) {
    if (i != in_ring) before += std::min(own_.at(ring_[i]).size(), in_own + (i < in_ring));
  }
  return before;
}

QuestionLine::Place QuestionLine::PlaceAt(size_t before) const {
  const auto rounds = static_cast<double>(before / pace_.at_once() + 1);
  return {before, rounds * usual_ + pace_.PauseLeft(clock_.Now())};
}

QuestionLine::Place QuestionLine::PlaceOf(const Waiter& waiter) const {
  const PublicKey& researcher = waiter.asked.researcher;
  const Own& own = own_.at(researcher);
  return PlaceAt(Before(std::find(ring_.begin(), ring_.end(), researcher) - ring_.begin(),
                        std::find(own.begin(), own.end(), &waiter) - own.begin()));
}

std::optional<QuestionLine::Place> QuestionLine::PlaceOf(absl::string_view ticket) const {
  if (ticket.empty()) return std::nullopt;
  std::lock_guard lock(mu_);
  for (const auto& [researcher, own] : own_) {
    for (const Waiter* waiter : own) {
      if (waiter->asked.ticket == ticket) return PlaceOf(*waiter);
    }
  }
  return std::nullopt;
}

absl::Status QuestionLine::Busy(absl::string_view why, const Place& place) const {
  return governance::Refuse(
      v1::BUSY, absl::StrCat(why, "; ", place.before, " before yours, about ",
                             absl::ToInt64Seconds(absl::Ceil(place.about, absl::Seconds(1))),
                             " s; ask again later"));
}

// The line is full: the newest question of whoever has most goes, if that is more than the newcomer
// will have.
bool QuestionLine::PutOutForOneWith(size_t own) {
  const auto most = std::max_element(own_.begin(), own_.end(), [](const auto& a, const auto& b) {
    return a.second.size() < b.second.size();
  });
  if (most == own_.end() || most->second.size() <= own + 1) return false;
  End(*most->second.back(), State::kPutOut);
  return true;
}

absl::Status QuestionLine::Join(Waiter& waiter) {
  const PublicKey& researcher = waiter.asked.researcher;
  const auto own = own_.find(researcher);
  const size_t of_own = own == own_.end() ? 0 : own->second.size();
  const bool too_many = of_own >= limits_.waiting_each;
  if (too_many || (waiting_ >= limits_.waiting && !PutOutForOneWith(of_own))) {
    const size_t in_ring =
        std::find(ring_.begin(), ring_.end(), researcher) - ring_.begin();  // or behind all
    return Busy(too_many ? absl::StrCat(of_own, " of this researcher's questions wait already")
                         : absl::StrCat("the line is full: ", waiting_, " questions wait"),
                PlaceAt(Before(in_ring, of_own)));
  }
  if (of_own == 0) ring_.push_back(researcher);
  own_[researcher].push_back(&waiter);
  ++waiting_;
  return absl::OkStatus();
}

void QuestionLine::Remove(Waiter& waiter) {
  const auto own = own_.find(waiter.asked.researcher);
  own->second.erase(std::find(own->second.begin(), own->second.end(), &waiter));
  --waiting_;
  if (!own->second.empty()) return;
  ring_.erase(std::find(ring_.begin(), ring_.end(), own->first));
  own_.erase(own);
}

void QuestionLine::End(Waiter& waiter, State state) {
  Remove(waiter);
  waiter.state = state;
  waiter.changed.notify_one();
}

bool QuestionLine::Fits(const QuestionLoad& load) const {
  if (running_ == 0) return true;
  if (running_ >= pace_.at_once() || scans_ + load.scans > limits_.at_once) return false;
  const auto held = held_.find(load.dataset);
  if (held == held_.end() || load.cost_micro_rho == 0) return true;
  return held->second <= load.room_micro_rho &&
         load.cost_micro_rho <= load.room_micro_rho - held->second;
}

void QuestionLine::Admit() {
  while (!ring_.empty()) {
    Waiter& next = *own_.at(ring_.front()).front();
    if (next.asked.gone()) {
      End(next, State::kGone);
      continue;
    }
    if (!Fits(next.asked.load) || pace_.PauseLeft(clock_.Now()) > absl::ZeroDuration() ||
        !may_begin_()) {
      return;
    }
    ++running_;
    scans_ += next.asked.load.scans;
    if (next.asked.load.cost_micro_rho > 0) {
      held_[next.asked.load.dataset] += next.asked.load.cost_micro_rho;
    }
    const PublicKey researcher = next.asked.researcher;
    End(next, State::kMayGo);
    if (own_.count(researcher) == 0) continue;
    ring_.pop_front();  // its next one after everybody else's
    ring_.push_back(researcher);
  }
}

void QuestionLine::Wait(std::unique_lock<std::mutex>& lock, Waiter& waiter) {
  using Steady = std::chrono::steady_clock;
  const auto until = Steady::now() + std::chrono::duration_cast<Steady::duration>(
                                         absl::ToChronoNanoseconds(waiter.asked.patience));
  for (auto now = Steady::now(); waiter.state == State::kWaits && now < until;
       now = Steady::now()) {
    waiter.changed.wait_until(lock, std::min(until, now + kLook));
    if (waiter.state == State::kWaits && waiter.asked.gone()) End(waiter, State::kGone);
    Admit();
  }
}

absl::StatusOr<std::unique_ptr<QuestionLine::Turn>> QuestionLine::Enter(const Asked& asked) {
  std::unique_lock lock(mu_);
  Waiter waiter(asked);
  RETURN_IF_ERROR(Join(waiter));
  Admit();
  Wait(lock, waiter);
  switch (waiter.state) {
    case State::kMayGo:
      return std::unique_ptr<Turn>(new Turn(*this, asked.load, clock_.Now()));
    case State::kGone:
      return absl::CancelledError("nobody waits for this question any more");
    case State::kPutOut:
      return Busy("the line is full and you had most questions in it", PlaceAt(waiting_));
    case State::kWaits:
      break;
  }
  const Place place = PlaceOf(waiter);
  Remove(waiter);
  Admit();
  return Busy("its turn did not come in time", place);
}

void QuestionLine::Ended(const Turn& turn) {
  std::lock_guard lock(mu_);
  const absl::Time now = clock_.Now();
  --running_;
  scans_ -= turn.load_.scans;
  if (turn.load_.cost_micro_rho > 0) {
    const auto held = held_.find(turn.load_.dataset);
    if ((held->second -= turn.load_.cost_micro_rho) == 0) held_.erase(held);
  }
  usual_ += (now - turn.began_ - usual_) / 8;
  turn.busy_ ? pace_.Busy(turn.began_, now) : pace_.Calm();
  Admit();
}

}  // namespace commons::node
