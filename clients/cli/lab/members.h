// The daemons of a practice federation, one by one: start, stop, wait, look.
#ifndef COMMONS_CLIENTS_CLI_LAB_MEMBERS_H_
#define COMMONS_CLIENTS_CLI_LAB_MEMBERS_H_

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "clients/cli/lab/state.h"
#include "proto/local.pb.h"

namespace commons::clients::lab {

inline constexpr absl::Duration kPatience = absl::Seconds(60);

// Starts the member's daemon without waiting. Runs already: ok.
absl::Status StartMember(const State& state, const std::string& member);

// Waits until the member's daemon answers and `ready` holds. kInternal with the last line of its
// log when it ended, kUnavailable when a signal stopped it, kDeadlineExceeded after kPatience.
absl::Status WaitFor(const State& state, const std::string& member,
                     const std::function<bool(const v1::StatusReply&)>& ready);

// Waits until the member may sign and answer or, when fewer others run than that takes, until it
// knows what each of those that run knows. Errors as WaitFor.
absl::Status WaitUntilCaughtUp(const State& state, const std::string& member);

// SIGTERM and wait. Not running: ok.
absl::Status StopMember(const State& state, const std::string& member);
absl::Status StopAll(const State& state);

struct Seen {
  pid_t pid = 0;                          // 0: no process
  std::optional<v1::StatusReply> status;  // unset: does not answer
};
// One per member, in their order.
std::vector<Seen> LookAtAll(const State& state);
Seen LookAt(const State& state, const std::string& member);

}  // namespace commons::clients::lab

#endif  // COMMONS_CLIENTS_CLI_LAB_MEMBERS_H_
