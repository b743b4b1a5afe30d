// What this node's questions cost its members for nothing. Members count it and answer nothing of
// an asker that is over their limits for half a minute, or the rest of a day
// (member/sessions.h, member/scan_gate.h): all its people would be locked out by whoever asks
// again at once what just failed. So it begins no question that could bring it there.
#ifndef COMMONS_QUERY_ASKER_RESTRAINT_H_
#define COMMONS_QUERY_ASKER_RESTRAINT_H_

#include <cstddef>
#include <mutex>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/quota.h"

namespace commons::query {

// Thread-safe. One count for all members, each of which counts no more than that, but for a member
// whose vote was left out while the others went on: it alone may then be BUSY. A restart forgets
// it; then it is members who refuse.
class Restraint {
 public:
  // What all questions that are under way may still add: in each attempt a vote, and scans; but of
  // scans all that run together are as limits::kConcurrentQuestions.
  static constexpr size_t kUnderWay = limits::kConcurrentQuestions * limits::kAttempts;
  // So many at once, and later as many as were forgotten: with all that is under way, in any
  // limits::kReservationSeconds less than members allow.
  // restraint_test.cc holds these against the members'.
  static constexpr size_t kVotes = 16, kVotesADay = 2'000;
  static constexpr size_t kScans = 6, kScansADay = 256;
  static constexpr double kVotesForgottenASecond = 1, kScansForgottenASecond = 0.4;

  // Members voted, or counted with such a weight, and the question went no further.
  void VoteDropped(absl::Time now);
  void ScanDropped(size_t weight, absl::Time now);

  // Whether a question may begin; if not, in some seconds it may.
  bool MayBegin(absl::Time now);
  // BUSY: no more of what comes to nothing would be taken today.
  absl::Status Today(absl::Time now);

 private:
  // Forgotten evenly.
  struct Count {
    void Add(size_t times, double forgotten_a_second, absl::Time now);
    double lately = 0;
    absl::Time at = absl::InfinitePast();
    DailyCount today;
  };
  std::mutex mu_;
  Count votes_, scans_;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_RESTRAINT_H_
