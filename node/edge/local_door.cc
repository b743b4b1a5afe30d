#include "node/edge/local_door.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <utility>

#include "base/local_socket.h"
#include "base/status.h"
#include "node/log/log.h"

namespace commons::node {
namespace {

constexpr int kAcceptedInARow = 64;

// The wake-up has 0.
uint64_t Tag(int fd) { return static_cast<uint64_t>(fd) + 1; }

}  // namespace

bool LocalDoor::IsThisProcess(int socket) {
  ucred peer = {};
  socklen_t size = sizeof(peer);
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == getpid();
}

LocalDoor::LocalDoor(std::unique_ptr<Listener> listener, HandOver hand_over, size_t most,
                     IsOwn is_own, std::unique_ptr<Poller> poller)
    : listener_(std::move(listener)),
      hand_over_(std::move(hand_over)),
      most_(most),
      is_own_(std::move(is_own)),
      poller_(std::move(poller)) {}

absl::StatusOr<std::unique_ptr<LocalDoor>> LocalDoor::Start(std::unique_ptr<Listener> listener,
                                                            HandOver hand_over, size_t most,
                                                            IsOwn is_own) {
  ASSIGN_OR_RETURN(auto poller, Poller::Create());
  std::unique_ptr<LocalDoor> door(new LocalDoor(std::move(listener), std::move(hand_over), most,
                                                std::move(is_own), std::move(poller)));
  if (!door->poller_->Add(door->listener_->fd(), EPOLLIN, Tag(door->listener_->fd()))) {
    return absl::ResourceExhaustedError("no descriptors left to wait for connections");
  }
  door->thread_ = std::thread([self = door.get()] { self->Run(); });
  return door;
}

LocalDoor::~LocalDoor() {
  StopAccepting();
  for (const int fd : watched_) close(fd);
}

void LocalDoor::StopAccepting() {
  if (thread_.joinable()) {
    stop_ = true;
    poller_->Wake();
    thread_.join();
  }
  listener_.reset();
}

void LocalDoor::HangUp() {
  for (const int fd : watched_) shutdown(fd, SHUT_RDWR);
}

void LocalDoor::Run() {
  BlockSignalsHere();
  while (!stop_) {
    for (const epoll_event& event : poller_->Wait(absl::Minutes(1))) {
      if (event.data.u64 == Tag(listener_->fd())) {
        Accept();
      } else if (event.data.u64 != 0) {
        const int gone = static_cast<int>(event.data.u64 - 1);
        poller_->Remove(gone);
        if (watched_.erase(gone) == 1) close(gone);
      }
    }
  }
}

void LocalDoor::Accept() {
  for (int i = 0; i < kAcceptedInARow; ++i) {
    int socket = -1;
    std::string address;
    const Listener::Turn turn = listener_->Accept(socket, address);
    if (turn == Listener::Turn::kNobody) return;
    if (turn == Listener::Turn::kAccepted) {
      Open(socket);
    } else if (!listener_->has_reserve()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      return;
    }
  }
}

bool LocalDoor::HasRoom(int socket) const {
  const size_t most = is_own_(socket) ? most_ + kOwn : most_;
  return watched_.size() < most;
}

void LocalDoor::TurnAway(int socket) {
  send(socket, kSocketFull.data(), kSocketFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  close(socket);
  if (const auto left_out = log_limit_.Admit(running_.Now())) {
    LogWarning("local_connection_refused",
               {{"reason", "too many at once"}, {"left_out", *left_out}});
  }
}

void LocalDoor::Open(int socket) {
  const int watch = HasRoom(socket) ? fcntl(socket, F_DUPFD_CLOEXEC, 0) : -1;
  // gRPC shuts a connection down before it closes its own descriptor.
  if (watch < 0 || !poller_->Add(watch, EPOLLRDHUP, Tag(watch))) {
    if (watch >= 0) close(watch);
    TurnAway(socket);
    return;
  }
  watched_.insert(watch);
  hand_over_(socket);
}

}  // namespace commons::node
