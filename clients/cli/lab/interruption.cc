#include "clients/cli/lab/interruption.h"

#include <utility>

namespace commons::clients::lab {
namespace {

constexpr timespec kLook = {0, 50'000'000};

}  // namespace

Interruption::Interruption(std::function<void()> end_work) : end_work_(std::move(end_work)) {
  sigemptyset(&watched_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action;
    // Under nohup, or in a script's background, they are to be ignored.
    const bool ignored = sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
    if (!ignored) sigaddset(&watched_, signal);
  }
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  thread_ = std::thread([this] { Watch(); });
}

Interruption::~Interruption() {
  over_ = true;
  thread_.join();
  // A second one, sent while the first was dealt with, has nothing left to end.
  const timespec now = {0, 0};
  while (came_ && sigtimedwait(&watched_, nullptr, &now) > 0) {
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interruption::Watch() {
  while (!over_) {
    if (sigtimedwait(&watched_, nullptr, &kLook) <= 0) continue;
    came_ = true;
    end_work_();
    return;
  }
}

}  // namespace commons::clients::lab
