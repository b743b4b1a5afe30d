#include "node/edge/handshakes.h"

#include <unistd.h>

#include <chrono>
#include <utility>

#include "base/status.h"
#include "node/log/log.h"

namespace commons::node {
namespace {

using Turn = crypto::TlsConnection::Turn;

constexpr uint64_t kListenerTag = 1;
constexpr int kAcceptedInARow = 64;
constexpr absl::Duration kLateInterval = absl::Milliseconds(250);

}  // namespace

Handshakes::Handshakes(std::unique_ptr<Listener> listener, Parts parts,
                       std::unique_ptr<Poller> poller, const Waiting::Limits& limits)
    : listener_(std::move(listener)),
      parts_(std::move(parts)),
      poller_(std::move(poller)),
      waiting_(limits) {}

absl::StatusOr<std::unique_ptr<Handshakes>> Handshakes::Start(std::unique_ptr<Listener> listener,
                                                              Parts parts,
                                                              const Waiting::Limits& limits) {
  ASSIGN_OR_RETURN(auto poller, Poller::Create());
  const int fd = listener->fd();
  std::unique_ptr<Handshakes> handshakes(
      new Handshakes(std::move(listener), std::move(parts), std::move(poller), limits));
  if (!handshakes->poller_->Add(fd, EPOLLIN, kListenerTag)) {
    return absl::ResourceExhaustedError("no descriptors left to wait for connections");
  }
  handshakes->thread_ = std::thread([self = handshakes.get()] { self->Run(); });
  return handshakes;
}

Handshakes::~Handshakes() {
  if (!thread_.joinable()) return;
  stop_ = true;
  poller_->Wake();
  thread_.join();
}

void Handshakes::Run() {
  BlockSignalsHere();
  while (!stop_) {
    for (const epoll_event& event :
         poller_->Wait(pending_.empty() ? absl::Minutes(1) : kLateInterval)) {
      if (event.data.u64 == kListenerTag) {
        AcceptAll();
      } else if (event.data.u64 != 0) {
        GoOn(event.data.u64);
      }
    }
    EndLate();
  }
}

void Handshakes::AcceptAll() {
  for (int i = 0; i < kAcceptedInARow; ++i) {
    int socket = -1;
    std::string address;
    switch (listener_->Accept(socket, address)) {
      case Listener::Turn::kAccepted:
        Begin(socket, address);
        break;
      case Listener::Turn::kNobody:
        return;
      case Listener::Turn::kExhausted:
        NoteTurnedAway("no descriptors left");
        // Without the reserve nobody can be turned away either; somebody will close something.
        if (!listener_->has_reserve()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return;
    }
  }
}

void Handshakes::Begin(int socket, const std::string& address) {
  const absl::Time now = parts_.running->Now();
  const uint64_t id = next_id_++;
  const Waiting::Verdict verdict = waiting_.Enter(id, address, now);
  if (verdict.goes_for) {
    pending_.erase(*verdict.goes_for);
    NoteTurnedAway("too many connections without a handshake");
  }
  if (!verdict.admitted) {
    close(socket);
    return NoteTurnedAway("one address comes too often");
  }
  const auto server = Server();
  if (server == nullptr) {
    close(socket);
    return waiting_.Leave(id);
  }
  auto connection = server->Accept(socket);
  if (!connection.ok() || !poller_->Add(socket, EPOLLIN, id)) return waiting_.Leave(id);
  pending_[id] = {*std::move(connection), now};
  GoOn(id);
}

void Handshakes::GoOn(uint64_t id) {
  const auto it = pending_.find(id);
  if (it == pending_.end()) return;
  crypto::TlsConnection& connection = *it->second.connection;
  const Turn turn = connection.Handshake();
  if (turn == Turn::kWaitToRead || turn == Turn::kWaitToWrite) {
    poller_->Change(connection.socket(), turn == Turn::kWaitToRead ? EPOLLIN : EPOLLOUT, id);
    return;
  }
  if (turn == Turn::kDone) {
    poller_->Remove(connection.socket());
    Finish(std::move(it->second.connection));
  } else if (!connection.refused().ok()) {
    NoteRefused(connection.refused());
  }
  End(id);
}

void Handshakes::Finish(std::unique_ptr<crypto::TlsConnection> connection) {
  const absl::Status entered = parts_.keys->Enter(connection->client().key, parts_.running->Now());
  if (!entered.ok()) return NoteRefused(entered);
  parts_.done(std::move(connection));
}

void Handshakes::End(uint64_t id) {
  pending_.erase(id);
  waiting_.Leave(id);
}

void Handshakes::EndLate() {
  const absl::Time now = parts_.running->Now();
  while (!pending_.empty() && now - pending_.begin()->second.began > waiting_.patience()) {
    End(pending_.begin()->first);
  }
}

std::shared_ptr<crypto::TlsServer> Handshakes::Server() {
  const auto own = parts_.own();
  if (own == identity_ && server_ != nullptr) return server_;
  const auto made = crypto::TlsServer::Create(*own, [this](const crypto::CertifiedKey& client) {
    RETURN_IF_ERROR(parts_.admit(client));
    return parts_.keys->Check(client.key, parts_.running->Now());
  });
  if (!made.ok()) {
    Log(LogLevel::kError, "certificate_unusable", {{"reason", made.status().message()}});
    return server_;  // the one before is still good for a while
  }
  identity_ = own;
  server_ = *made;
  return server_;
}

// Anybody may knock as often as they like.
void Handshakes::NoteTurnedAway(absl::string_view reason) {
  if (const auto left_out = turned_away_limit_.Admit(parts_.running->Now())) {
    LogWarning("connections_turned_away", {{"reason", reason}, {"left_out", *left_out}});
  }
}

// The other side sees only a closed connection: here is why.
void Handshakes::NoteRefused(const absl::Status& why) {
  if (const auto left_out = refused_limit_.Admit(parts_.running->Now())) {
    LogWarning("peer_refused",
               {{"side", "client"}, {"reason", why.message()}, {"left_out", *left_out}});
  }
}

}  // namespace commons::node
