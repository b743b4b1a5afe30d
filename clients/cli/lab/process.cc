#include "clients/cli/lab/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "clients/office/files/rule_file.h"

namespace commons::clients::lab {
namespace {

namespace fs = std::filesystem;

std::string PidPath(const std::string& dir) { return dir + "/pid"; }
std::string LogPath(const std::string& dir) { return dir + "/log"; }

// Of /proc/PID/stat the state (field 3) and all after it; empty when there is no such process, or
// only its remains.
std::vector<std::string> StatFields(pid_t pid) {
  std::ifstream stat(absl::StrCat("/proc/", pid, "/stat"));
  std::string text((std::istreambuf_iterator<char>(stat)), std::istreambuf_iterator<char>());
  const size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::vector<std::string> fields =
      absl::StrSplit(text.substr(name_end + 2), ' ', absl::SkipEmpty());
  if (fields.size() < 20 || fields[0] == "Z" || fields[0] == "X") return {};
  return fields;
}

std::string StartTime(pid_t pid) {
  const std::vector<std::string> fields = StatFields(pid);
  return fields.empty() ? "" : fields[19];
}

void ExecDaemon(const std::string& program, const std::string& dir) {
  setsid();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);  // whatever the caller blocks for itself
  const int null = open("/dev/null", O_RDONLY);
  const int log = open(LogPath(dir).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (null < 0 || log < 0) _exit(126);
  dup2(null, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  // Nothing of the caller's (pipes above all) may stay open in a daemon that outlives it.
  for (int fd = 3; fd < 1024; ++fd) close(fd);
  execl(program.c_str(), program.c_str(), "--dir", dir.c_str(), nullptr);
  _exit(127);
}

}  // namespace

absl::StatusOr<std::string> FindProgram(const std::string& name) {
  std::error_code error;
  const fs::path beside = fs::read_symlink("/proc/self/exe", error).parent_path() / name;
  if (!error && access(beside.c_str(), X_OK) == 0) return beside.string();
  const char* path = std::getenv("PATH");
  for (absl::string_view folder : absl::StrSplit(path ? path : "", ':', absl::SkipEmpty())) {
    const std::string candidate = absl::StrCat(folder, "/", name);
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return absl::NotFoundError(
      absl::StrCat(name, ": found neither at ", beside.string(), " nor in PATH; build it first"));
}

absl::StatusOr<pid_t> StartDaemon(const std::string& program, const std::string& dir) {
  const pid_t pid = fork();
  if (pid < 0) return absl::ErrnoToStatus(errno, "fork");
  if (pid == 0) ExecDaemon(program, dir);
  const absl::Status written =
      WriteFile(PidPath(dir), absl::StrCat(pid, " ", StartTime(pid), "\n"), 0644);
  if (written.ok()) return pid;
  // Nobody could find it again.
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  return written;
}

pid_t RunningDaemon(const std::string& dir) {
  auto text = ReadFile(PidPath(dir), 200);
  if (!text.ok()) return 0;
  const std::vector<std::string> fields =
      absl::StrSplit(*text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  int pid = 0;
  if (fields.size() != 2 || !absl::SimpleAtoi(fields[0], &pid) || pid <= 0) return 0;
  waitpid(pid, nullptr, WNOHANG);  // when it is this process's own child
  return StartTime(pid) == fields[1] ? pid : 0;
}

absl::Status StopDaemon(const std::string& dir, absl::Duration patience) {
  const absl::Time deadline = absl::Now() + patience;
  pid_t pid = RunningDaemon(dir);
  if (pid == 0) return absl::OkStatus();
  kill(pid, SIGTERM);
  kill(pid, SIGCONT);  // a stopped process would never see the SIGTERM
  while (RunningDaemon(dir) != 0 && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(10));
  pid = RunningDaemon(dir);
  if (pid != 0) kill(pid, SIGKILL);
  const absl::Time killed_by = absl::Now() + absl::Seconds(5);
  while (RunningDaemon(dir) != 0 && absl::Now() < killed_by) absl::SleepFor(absl::Milliseconds(10));
  if (RunningDaemon(dir) != 0) {
    return absl::InternalError(absl::StrCat("process ", pid, " does not end; look at ", dir));
  }
  return absl::OkStatus();
}

bool StandsStill(pid_t pid) {
  const std::vector<std::string> fields = StatFields(pid);
  return !fields.empty() && (fields[0] == "T" || fields[0] == "t");
}

std::string HowToGoOn(pid_t pid) {
  return absl::StrCat("its daemon (process ", pid,
                      ") was stopped by a signal and does nothing; let it go on with: kill -CONT ",
                      pid);
}

std::string LogEnd(const std::string& dir) {
  std::ifstream log(LogPath(dir));
  std::string last;
  for (std::string line; std::getline(log, line);) {
    if (!line.empty()) last = line;
  }
  return last.empty() ? absl::StrCat(LogPath(dir), " is empty")
                      : absl::StrCat(LogPath(dir), " ends with: ", last);
}

}  // namespace commons::clients::lab
