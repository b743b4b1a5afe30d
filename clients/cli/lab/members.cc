#include "clients/cli/lab/members.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "clients/cli/lab/process.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/parallel.h"
#include "governance/exchange/catch_up.h"

namespace commons::clients::lab {
namespace {

constexpr absl::Duration kStopPatience = absl::Seconds(15);
// A daemon may be stopped for a moment, by a debugger for example.
constexpr absl::Duration kStillPatience = absl::Seconds(1);

}  // namespace

absl::Status StartMember(const State& state, const std::string& member) {
  const std::string dir = state.MemberDir(member);
  if (RunningDaemon(dir) != 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string program, FindProgram("commonsd"));
  return StartDaemon(program, dir).status();
}

absl::Status WaitFor(const State& state, const std::string& member,
                     const std::function<bool(const v1::StatusReply&)>& ready) {
  const std::string dir = state.MemberDir(member);
  const absl::Time deadline = absl::Now() + kPatience;
  std::unique_ptr<LocalClient> client;
  std::string waiting_for = "waiting for its socket";
  absl::Time ran_at = absl::Now();
  while (absl::Now() < deadline) {
    const pid_t pid = RunningDaemon(dir);
    if (pid == 0) {
      return absl::InternalError(absl::StrCat("the daemon of ", member, " ended; ", LogEnd(dir)));
    }
    if (StandsStill(pid)) {
      if (absl::Now() > ran_at + kStillPatience) {
        return absl::UnavailableError(absl::StrCat(member, ": ", HowToGoOn(pid)));
      }
      absl::SleepFor(absl::Milliseconds(20));
      continue;
    }
    ran_at = absl::Now();
    if (client == nullptr) {
      auto connected = LocalClient::Connect(dir);
      if (connected.ok()) client = *std::move(connected);
    }
    if (client != nullptr) {
      auto status = client->Status(absl::Seconds(2));
      if (status.ok() && ready(*status)) return absl::OkStatus();
      waiting_for = status.ok() ? status->waiting_for() : std::string(status.status().message());
      // A socket that a killed daemon left behind would put the channel into back-off for seconds.
      if (!status.ok()) client = nullptr;
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  return absl::DeadlineExceededError(absl::StrCat(member, " is not ready after ",
                                                  absl::FormatDuration(kPatience), " (",
                                                  waiting_for, "); ", LogEnd(dir)));
}

absl::Status WaitUntilCaughtUp(const State& state, const std::string& member) {
  return WaitFor(state, member, [&](const v1::StatusReply& status) {
    if (status.caught_up()) return true;
    size_t running = 0;
    for (const Member& other : state.members) {
      const pid_t pid = RunningDaemon(state.MemberDir(other.name));
      running += other.name != member && pid != 0 && !StandsStill(pid);
    }
    if (running >= governance::CatchUpQuorum(state.members.size())) return false;
    const std::vector<Seen> seen = LookAtAll(state);
    return std::all_of(seen.begin(), seen.end(), [&](const Seen& other) {
      return !other.status || other.status->head() == status.head();
    });
  });
}

absl::Status StopMember(const State& state, const std::string& member) {
  return StopDaemon(state.MemberDir(member), kStopPatience);
}

absl::Status StopAll(const State& state) {
  // Each is asked to stop, whatever happens to the others.
  std::vector<absl::Status> results(state.members.size());
  absl::Status first = Parallel(state.members.size(), [&](size_t i) {
    results[i] = StopMember(state, state.members[i].name);
    return absl::OkStatus();
  });
  for (const absl::Status& result : results) first.Update(result);
  return first;
}

Seen LookAt(const State& state, const std::string& member) {
  Seen seen;
  seen.pid = RunningDaemon(state.MemberDir(member));
  if (seen.pid == 0) return seen;
  auto client = LocalClient::Connect(state.MemberDir(member));
  if (!client.ok()) return seen;
  auto status = (*client)->Status(absl::Seconds(2));
  if (status.ok()) seen.status = *std::move(status);
  return seen;
}

std::vector<Seen> LookAtAll(const State& state) {
  std::vector<Seen> seen(state.members.size());
  Parallel(seen.size(), [&](size_t i) {
    seen[i] = LookAt(state, state.members[i].name);
    return absl::OkStatus();
  }).IgnoreError();
  return seen;
}

}  // namespace commons::clients::lab
