#include "node/edge/poller.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

namespace commons::node {

absl::StatusOr<std::unique_ptr<Poller>> Poller::Create() {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::unique_ptr<Poller> poller(new Poller(epoll, wake));
  if (epoll < 0 || wake < 0 || !poller->Add(wake, EPOLLIN, 0)) {
    return absl::ResourceExhaustedError("no descriptors left to wait for connections");
  }
  return poller;
}

Poller::~Poller() {
  if (epoll_ >= 0) close(epoll_);
  if (wake_ >= 0) close(wake_);
}

bool Poller::Add(int fd, uint32_t events, uint64_t tag) {
  epoll_event event = {};
  event.events = events;
  event.data.u64 = tag;
  return epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void Poller::Change(int fd, uint32_t events, uint64_t tag) {
  epoll_event event = {};
  event.events = events;
  event.data.u64 = tag;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
}

void Poller::Remove(int fd) { epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr); }

absl::Span<const epoll_event> Poller::Wait(absl::Duration most) {
  const int64_t most_ms = std::clamp<int64_t>(absl::ToInt64Milliseconds(most) + 1, 0, 60'000);
  const int count = epoll_wait(epoll_, events_, kEvents, static_cast<int>(most_ms));
  for (int i = 0; i < count; ++i) {
    uint64_t times = 0;
    if (events_[i].data.u64 == 0) (void)!read(wake_, &times, sizeof(times));
  }
  return {events_, static_cast<size_t>(std::max(count, 0))};
}

void Poller::Wake() {
  const uint64_t once = 1;
  (void)!write(wake_, &once, sizeof(once));
}

void BlockSignalsHere() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace commons::node
