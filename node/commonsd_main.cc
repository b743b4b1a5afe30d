// commonsd --dir D: runs the node whose directory is D.
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/node_files.h"
#include "node/daemon.h"
#include "node/log/bounded_writer.h"
#include "node/log/log.h"
#include "node/machine/config.h"
#include "node/machine/notify.h"
#include "node/machine/process.h"
#include "node/transport/tls.h"
#include "node/watchdog.h"

namespace commons::node {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongOptions = 2;
constexpr int kLookSeconds = 5;
constexpr int kLooksPerTick = 12;

// What this process writes is its owner's alone, and what it holds is never dumped.
void RestrictProcess() {
  umask(0077);
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  mallopt(M_ARENA_MAX, 2);
}

void ReloadFrom(const std::string& config_path, Daemon& daemon) {
  NotifyManager("RELOADING=1");
  const auto config = LoadConfig(config_path);
  if (config.ok()) {
    daemon.Reload(*config);
  } else {
    Log(LogLevel::kError, "reload_refused", {{"reason", config.status().message()}});
  }
  NotifyManager("READY=1");
}

int Run(const Daemon::Options& options, const std::string& config_path, const Config& config,
        const sigset_t& signals) {
  auto daemon = Daemon::Start(options, config);
  if (!daemon.ok()) {
    Log(LogLevel::kError, "start_failed", {{"reason", daemon.status().message()}});
    return kFailed;
  }
  LogInfo("started", {{"member", config.name}, {"address", (*daemon)->address()}});
  NotifyManager("READY=1");
  std::optional<Watchdog> watchdog;
  if (const absl::Duration period = WatchdogPeriod(); period > absl::ZeroDuration()) {
    watchdog.emplace(
        period, [&daemon] { return (*daemon)->ProbeSelf(); }, [] { NotifyManager("WATCHDOG=1"); });
  }
  const timespec look = {kLookSeconds, 0};
  int looks = 0;
  absl::Status disk;
  while (disk.ok()) {
    const int signal = sigtimedwait(&signals, nullptr, &look);
    if (signal == SIGHUP) {
      ReloadFrom(config_path, **daemon);
    } else if (signal == SIGTERM || signal == SIGINT) {
      break;
    } else {
      disk = (*daemon)->WatchDisk();
      if (++looks % kLooksPerTick == 0) (*daemon)->Tick();
    }
  }
  NotifyManager("STOPPING=1");
  watchdog.reset();
  LogInfo("stopping");
  (*daemon)->Drain();
  daemon->reset();
  if (!disk.ok()) {
    Log(LogLevel::kError, "stopped_by_disk", {{"reason", disk.message()}});
    return kFailed;
  }
  LogInfo("stopped");
  return 0;
}

// Before there is a log, and with the signals blocked already: nobody who does not read holds it
// up.
void Say(absl::string_view line) { BoundedWriter(STDERR_FILENO).Write(line); }

int Main(int argc, char** argv) {
  FillStandardDescriptors();
  const sigset_t signals = BlockSignals();
  CLI::App app("The daemon of a Data Commons node.");
  Daemon::Options options;
  bool check_config = false;
  app.add_option("--dir", options.dir, "the node's directory")->required();
  app.add_flag("--check-config", check_config, "check node.toml, then exit with 0 or 2");
  app.add_flag("--accept-clock", options.accept_clock,
               "the machine's clock is right, though it jumped ahead or was set back");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help
    Say(absl::StrCat("commonsd: ", absl::StrReplaceAll(error.what(), {{"\n", " "}}),
                     "; see the options with --help\n"));
    return kWrongOptions;
  }
  const std::string config_path = node_files::Path(options.dir, node_files::kConfig);
  const auto config = LoadConfig(config_path);
  if (!config.ok()) {
    Say(absl::StrCat(config.status().message(), "\n"));
    return kWrongOptions;
  }
  if (check_config) return 0;
  RestrictProcess();
  PrepareGrpcEnvironment();
  SetUpLog(config->log_level);
  return Run(options, config_path, *config, signals);
}

}  // namespace
}  // namespace commons::node

int main(int argc, char** argv) { return commons::node::Main(argc, argv); }
