// Whom this node asks at all. A member that votes and then does not sign the roster, or gives no
// vector, stops the question or makes all others pay for nothing: after three times in a day it is
// left out for a day. Honest ones do so too, when they are started anew or have imported: what was
// under way when it happened counts once, and ten questions in which a member went on make up for
// one in which it did not. And how long each member kept the last question waiting.
#ifndef COMMONS_QUERY_ASKER_ATTENDANCE_H_
#define COMMONS_QUERY_ASKER_ATTENDANCE_H_

#include <map>
#include <mutex>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/quota.h"
#include "governance/register/register.h"

namespace commons::query {

// Thread-safe. What this node saw itself, in memory: a restart forgets it.
class Attendance {
 public:
  static constexpr size_t kMisses = 3;
  static constexpr size_t kMakeUp = 10;
  static constexpr absl::Duration kWithin = absl::Hours(24);
  static constexpr absl::Duration kLeftOut = absl::Hours(24);

  // A member that lets others wait so long in one question, all phases together, is called slow.
  static constexpr absl::Duration kSlow = absl::Seconds(1);

  // Documents count as on their way for so long after the register was last seen to change: until
  // then nobody is blamed for what it refuses, since having yet to catch up, or following a rule
  // that has just changed, can't be told from keeping some back. Whoever uses it stops no question:
  // the third attempt goes without it.
  static constexpr absl::Duration kSettles = absl::Minutes(1);
  // The head of the register as this node knows it; called with every question.
  void Saw(const Hash32& head, absl::Time now);
  bool Settled(absl::Time now) const;

  // The member voted in a question that began then, and its signature at Seal or its vector did not
  // come.
  void Missed(const OrgId& member, absl::Time began, absl::Time now);
  // It gave its vector.
  void WentOn(const OrgId& member);
  // ABORT_LIMIT: left out. kUnavailable: the address that it gave expired.
  absl::Status MayAsk(const governance::Organisation& member, absl::Time now);

  // How long this node waited for its replies to one question; zero: it was in none yet.
  void Took(const OrgId& member, absl::Duration waited);
  absl::Duration LastTook(const OrgId& member) const;

 private:
  struct Record {
    RecentEvents<> misses{kWithin, kMisses};
    absl::Time last_missed = absl::InfinitePast();
    size_t went_on = 0;  // since a miss was made up for
    absl::Time left_out_until = absl::InfinitePast();
    absl::Duration last_took;
  };
  mutable std::mutex mu_;
  std::map<OrgId, Record> records_;
  Hash32 head_;
  absl::Time moved_ = absl::InfinitePast();  // when it was seen to be another
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_ATTENDANCE_H_
