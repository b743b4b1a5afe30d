// The hostile member's node answers others otherwise than it should, and honest daemons are killed.
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/bench/soak/attacks.h"
#include "tests/bench/soak/hostile_node.h"

namespace commons::soak {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(100);
constexpr absl::Duration kPatience = absl::Seconds(30);

Attack AnswersOtherwise(const std::string& name, Way way) {
  return {name, [way](Turn& turn) {
            turn.federation.StopHostile();
            size_t times = 0;
            {
              HostileNode node(turn.lab().DirOf(kHostile), way);
              const absl::Time latest = absl::Now() + kPatience;
              while (!turn.over() || (node.times() == 0 && absl::Now() < latest)) {
                absl::SleepFor(kLook);
              }
              times = node.times();
            }
            turn.federation.StartHostile();
            if (times == 0) turn.tally.Break("the hostile node was never asked");
            return absl::StrCat(times, " times");
          }};
}

// One asker after the other: what they held against the hostile member is forgotten too.
std::string KillAskers(Turn& turn) {
  int killed = 0;
  for (const std::string& member : kAskers) {
    if (member == kLasting) continue;
    turn.federation.Kill(member);
    absl::SleepFor(kLook);
    turn.federation.Restart(member);
    ++killed;
  }
  while (!turn.over()) absl::SleepFor(kLook);
  return absl::StrCat("killed ", killed);
}

}  // namespace

std::string CountsAsText(const std::map<std::string, int>& counts) {
  return absl::StrJoin(counts, ", ", [](std::string* out, const std::pair<std::string, int>& each) {
    absl::StrAppend(out, each.first, " ", each.second);
  });
}

std::vector<Attack> AttacksAsMember() {
  return {AnswersOtherwise("extreme votes", Way::kExtremeVotes),
          AnswersOtherwise("malformed replies", Way::kMalformedReplies),
          {"kill -9 of askers", KillAskers},
          AnswersOtherwise("last moment", Way::kLastMoment),
          AnswersOtherwise("dropping at Seal", Way::kDropAtSeal),
          {"kill -9 of askers", KillAskers},
          AnswersOtherwise("refusing at Submit", Way::kRefuseAtSubmit)};
}

}  // namespace commons::soak
