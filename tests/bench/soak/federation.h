// Five real daemons: three whose people ask, one that is flooded and killed, and one that is the
// enemy's. Who is down, and since when, is known: such a member may be missed.
#ifndef COMMONS_TESTS_BENCH_SOAK_FEDERATION_H_
#define COMMONS_TESTS_BENCH_SOAK_FEDERATION_H_

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/attacks/lab.h"
#include "tests/bench/soak/pool.h"

namespace commons::soak {

inline constexpr char kHostile[] = "kahu";  // attacks::kAttacker
inline constexpr char kFlooded[] = "tui";   // attacks::kVictim
inline constexpr char kLasting[] = "rata";  // attacks::kBystander; asks, and is never killed
inline const std::vector<std::string> kAskers = {"miro", kLasting, "weka"};
inline const std::vector<std::string> kHonest = {"miro", kLasting, kFlooded, "weka"};

// Which of the honest were down for a part of a time. Thread-safe.
class Outages {
 public:
  void Begin(const std::string& member);
  void End(const std::string& member);
  bool Had(const std::string& member, absl::Time from, absl::Time to) const;

 private:
  struct Outage {
    absl::Time from, to;
  };
  mutable std::mutex mu_;
  std::map<std::string, std::vector<Outage>> outages_;
};

// Lab::Ask, IsUp and PidOf from any thread, all else from one.
class Federation {
 public:
  // Ends the program when it does not come up.
  explicit Federation(const Pool& pool);

  const attacks::Lab& lab() const { return lab_; }
  const Outages& outages() const { return outages_; }
  // Stopped as systemd does, and started.
  void StopAndStart(const std::string& member);
  // kill -9; then started, until it has caught up and the others count on it again. Seldom: whoever
  // was lost in the middle of three questions of a day is left out for a day, also an honest
  // member.
  void Kill(const std::string& member);
  void Restart(const std::string& member);
  // Until everybody's questions are answered by all the honest. A promise: the run fails when a
  // minute does not do.
  void AwaitWhole() const;
  // A researcher of the protected dataset's project who asks nothing that anybody waits for.
  crypto::SigningKey IdleResearcher() const { return lab_.KeyOf("weka", "people/researcher-1"); }
  // The enemy's own daemon, whose place its code then takes.
  void StopHostile() const;
  void StartHostile() const;

 private:
  void Define() const;  // the protected dataset, by everybody's boards

  const attacks::Lab lab_;
  Outages outages_;
};

}  // namespace commons::soak

#endif  // COMMONS_TESTS_BENCH_SOAK_FEDERATION_H_
