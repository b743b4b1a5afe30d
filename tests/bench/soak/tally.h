// What came of the honest askers' questions, attack by attack, and which promises were broken.
#ifndef COMMONS_TESTS_BENCH_SOAK_TALLY_H_
#define COMMONS_TESTS_BENCH_SOAK_TALLY_H_

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "proto/local.pb.h"
#include "tests/bench/soak/federation.h"
#include "tests/bench/soak/pool.h"

namespace commons::soak {

struct Asked {
  std::string by;
  Question question;
  v1::Answer answer;
  absl::Time from, to;
};

// Of one stretch of time.
struct Stretch {
  std::string name;  // of the attack; "": before one
  int answered = 0;
  std::map<std::string, int> refused;          // by reason, of the question
  std::map<std::string, int> hostile_missing;  // questions that went without it, by its reason
  std::map<std::string, int> honest_missing;   // the same of the honest that were not down
  std::vector<double> seconds;
  int memory_before_mib = 0, memory_most_mib = 0, memory_after_mib = 0;
  std::string outcome;  // of the attack, for people
};

// Thread-safe.
class Tally {
 public:
  Tally(const Pool& pool, const Outages& outages) : pool_(pool), outages_(outages) {}

  // What is asked from now on belongs to it.
  void Begin(const std::string& name);
  void Take(const Asked& asked);
  void Break(const std::string& promise);
  // Of the newest attack.
  void NoteAttack(const std::function<void(Stretch&)>& note);

  std::vector<Stretch> stretches() const;
  std::vector<std::string> broken() const;
  std::map<std::string, std::string> words() const;  // by reason, as somebody was told it
  // Protected figures of large groups within their margins, and how many there were.
  int within() const { return within_; }
  int shown() const { return shown_; }

 private:
  void CheckRefusal(const Asked& asked, Stretch& stretch);
  void CheckMember(const Asked& asked, const v1::MemberState& member, Stretch& stretch);
  void CheckWords(const std::string& name, const std::string& said);
  void BreakLocked(const std::string& promise);
  bool Excused(const Asked& asked, const std::string& member) const;

  const Pool& pool_;
  const Outages& outages_;
  mutable std::mutex mu_;
  std::vector<Stretch> stretches_;
  std::vector<std::string> broken_;
  std::map<std::string, std::string> words_;
  int within_ = 0, shown_ = 0;
};

}  // namespace commons::soak

#endif  // COMMONS_TESTS_BENCH_SOAK_TALLY_H_
