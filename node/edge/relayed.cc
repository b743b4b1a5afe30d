#include "node/edge/relayed.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace commons::node {
namespace {

constexpr int kRounds = 8;  // then others have their turn

bool WouldWait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

absl::Status Over() { return absl::CancelledError("ended"); }

// Gives its memory back: most connections are idle most of the time.
void Drop(std::string& buffer, size_t bytes) {
  if (bytes == buffer.size()) {
    std::string().swap(buffer);
  } else {
    buffer.erase(0, bytes);
  }
}

}  // namespace

Relayed::Relayed(std::unique_ptr<crypto::TlsConnection> tls, int pair, KeyMeter* meter)
    : tls_(std::move(tls)), pair_(pair), meter_(meter) {}

Relayed::~Relayed() { close(pair_); }

absl::StatusOr<bool> Relayed::Move(absl::Span<char> scratch, absl::Time now) {
  for (int i = 0; i < kRounds; ++i) {
    ASSIGN_OR_RETURN(const bool in, MoveIn(scratch, now));
    ASSIGN_OR_RETURN(const bool out, MoveOut(scratch, now));
    if (!in && !out) return false;
  }
  return true;
}

absl::StatusOr<bool> Relayed::MoveIn(absl::Span<char> scratch, absl::Time now) {
  WriteToPair();
  if (!to_grpc_.empty() || grpc_takes_no_more_ || grpc_ended_) return false;
  size_t bytes = 0;
  read_turn_ = tls_->Read(scratch.data(), scratch.size(), bytes);
  RETURN_IF_ERROR(meter_.SmallRecords(tls_->TakeSmallRecords(), now));
  if (read_turn_ == Turn::kOver) return Over();
  if (read_turn_ != Turn::kDone) return false;
  RETURN_IF_ERROR(meter_.FromClient({scratch.data(), bytes}, now));
  to_grpc_.assign(scratch.data(), bytes);
  WriteToPair();
  return true;
}

void Relayed::WriteToPair() {
  if (to_grpc_.empty()) return;
  const ssize_t sent = send(pair_, to_grpc_.data(), to_grpc_.size(), MSG_NOSIGNAL);
  if (sent < 0 && WouldWait()) return;
  // When gRPC has ended it, what it said last may still be there to be read; nothing is read for it
  // any more, however much the client goes on to say.
  if (sent < 0) grpc_takes_no_more_ = true;
  Drop(to_grpc_, sent < 0 ? to_grpc_.size() : static_cast<size_t>(sent));
}

absl::StatusOr<bool> Relayed::MoveOut(absl::Span<char> scratch, absl::Time now) {
  RETURN_IF_ERROR(WriteToPeer(now));
  if (!to_peer_.empty()) return false;
  if (grpc_ended_) {
    tls_->Close();
    return Over();
  }
  const ssize_t got = recv(pair_, scratch.data(), scratch.size(), 0);
  if (got < 0 && WouldWait()) return false;
  if (got <= 0) {
    grpc_ended_ = true;
    return true;
  }
  to_peer_.assign(scratch.data(), static_cast<size_t>(got));
  RETURN_IF_ERROR(meter_.FromServer(to_peer_));
  stalled_since_ = now;
  RETURN_IF_ERROR(WriteToPeer(now));
  return true;
}

absl::Status Relayed::WriteToPeer(absl::Time now) {
  if (to_peer_.empty()) return absl::OkStatus();
  size_t bytes = 0;
  write_turn_ = tls_->Write(to_peer_, bytes);
  if (write_turn_ == Turn::kOver) return Over();
  if (write_turn_ != Turn::kDone) return absl::OkStatus();
  Drop(to_peer_, bytes);
  stalled_since_ = to_peer_.empty() ? absl::InfiniteFuture() : now;
  return absl::OkStatus();
}

absl::Status Relayed::CheckTimes(absl::Time now, const Patience& patience) const {
  const auto exceeded = [&](absl::string_view what, absl::Duration limit) {
    return absl::DeadlineExceededError(absl::StrCat(what, " for ", absl::FormatDuration(limit)));
  };
  if (now - stalled_since_ > patience.stalled) {
    return exceeded("it took nothing", patience.stalled);
  }
  if (now - meter_.oldest_call() > patience.call) {
    return exceeded("a call of it was open", patience.call);
  }
  return absl::OkStatus();
}

uint32_t Relayed::socket_events() const {
  uint32_t events = 0;
  if (to_grpc_.empty() && !grpc_takes_no_more_ && !grpc_ended_) {
    events |= read_turn_ == Turn::kWaitToWrite ? EPOLLOUT : EPOLLIN;
  }
  if (!to_peer_.empty()) events |= write_turn_ == Turn::kWaitToRead ? EPOLLIN : EPOLLOUT;
  return events;
}

uint32_t Relayed::pair_events() const {
  return (to_peer_.empty() && !grpc_ended_ ? EPOLLIN : 0u) |
         (to_grpc_.empty() ? 0u : static_cast<uint32_t>(EPOLLOUT));
}

}  // namespace commons::node
