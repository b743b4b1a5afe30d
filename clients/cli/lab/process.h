// One background daemon as a process: started detached, found again by pid and start time, so that
// a reused pid is never taken for it.
#ifndef COMMONS_CLIENTS_CLI_LAB_PROCESS_H_
#define COMMONS_CLIENTS_CLI_LAB_PROCESS_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace commons::clients::lab {

// `name` beside this program, then in PATH; kNotFound says where it was looked for.
absl::StatusOr<std::string> FindProgram(const std::string& name);

// Starts `program --dir dir` in its own session, stdout and stderr appended to dir/log, and writes
// dir/pid ("pid starttime").
absl::StatusOr<pid_t> StartDaemon(const std::string& program, const std::string& dir);

// The running daemon of dir, 0 when there is none.
pid_t RunningDaemon(const std::string& dir);

// SIGTERM, then SIGKILL when it is still there after `patience`. Not running: ok.
absl::Status StopDaemon(const std::string& dir, absl::Duration patience);

// It was stopped by SIGSTOP or the like, or a debugger holds it.
bool StandsStill(pid_t pid);
// The same in words, with what to do.
std::string HowToGoOn(pid_t pid);

// Where the log lies and its last line, for error messages.
std::string LogEnd(const std::string& dir);

}  // namespace commons::clients::lab

#endif  // COMMONS_CLIENTS_CLI_LAB_PROCESS_H_
