#include "node/edge/relay.h"

#include <unistd.h>

#include <iterator>

#include "node/log/log.h"

namespace commons::node {
namespace {

constexpr absl::Duration kTimesInterval = absl::Seconds(1);

// Tags of the poller: a connection's two ends.
uint64_t SocketTag(uint64_t id) { return 2 * id; }
uint64_t PairTag(uint64_t id) { return 2 * id + 1; }

}  // namespace

Relay::Relay(Parts parts, std::unique_ptr<Poller> poller)
    : parts_(std::move(parts)),
      poller_(std::move(poller)),
      scratch_(crypto::TlsConnection::kRecordBytes, '\0'),
      times_checked_(parts_.running->Now()) {}

absl::StatusOr<std::unique_ptr<Relay>> Relay::Start(Parts parts) {
  auto poller = Poller::Create();
  if (!poller.ok()) return poller.status();
  std::unique_ptr<Relay> relay(new Relay(std::move(parts), *std::move(poller)));
  relay->thread_ = std::thread([self = relay.get()] { self->Run(); });
  return relay;
}

Relay::~Relay() {
  {
    std::lock_guard lock(mu_);
    stop_ = true;
  }
  poller_->Wake();
  if (thread_.joinable()) thread_.join();
  for (const auto& connection : added_) parts_.keys->Leave(connection->client().key);
  while (!entries_.empty()) Close(entries_.begin());
}

void Relay::Add(std::unique_ptr<crypto::TlsConnection> connection) {
  {
    std::lock_guard lock(mu_);
    added_.push_back(std::move(connection));
  }
  poller_->Wake();
}

void Relay::Cut(const PublicKey& key, const std::string& reason) {
  {
    std::lock_guard lock(mu_);
    to_cut_.emplace_back(key, reason);
  }
  poller_->Wake();
}

void Relay::Run() {
  BlockSignalsHere();
  while (true) {
    for (const epoll_event& event : poller_->Wait(kTimesInterval)) {
      if (event.data.u64 != 0) OnEvent(event.data.u64, event.events);
    }
    {
      std::lock_guard lock(mu_);
      if (stop_) return;
    }
    TakeNew();
    CheckTimes();
  }
}

void Relay::TakeNew() {
  std::vector<std::unique_ptr<crypto::TlsConnection>> added;
  std::vector<std::pair<PublicKey, std::string>> to_cut;
  {
    std::lock_guard lock(mu_);
    added.swap(added_);
    to_cut.swap(to_cut_);
  }
  for (auto& connection : added) Open(std::move(connection));
  for (const auto& [key, reason] : to_cut) CutNow(key, reason);
}

void Relay::Open(std::unique_ptr<crypto::TlsConnection> connection) {
  const crypto::CertifiedKey client = connection->client();
  const auto pair = parts_.callers->Connect(client);
  if (!pair.ok()) {
    parts_.keys->Leave(client.key);
    return;
  }
  KeyMeter& meter = meters_.try_emplace(client.key, parts_.running->Now()).first->second;
  auto relayed = std::make_unique<Relayed>(std::move(connection), pair->ours, &meter);
  const uint64_t id = next_id_++;
  const int socket = relayed->socket();
  Entry& entry = entries_[id];
  entry = {std::move(relayed), pair->name, EPOLLIN, EPOLLIN, false};
  if (!poller_->Add(socket, EPOLLIN, SocketTag(id)) ||
      !poller_->Add(pair->ours, EPOLLIN, PairTag(id))) {
    close(pair->grpcs);
    Close(entries_.find(id));
    return;
  }
  parts_.hand_over(pair->grpcs);
  Move(id);  // the first bytes may have come with the handshake's last
}

// Whichever end it was at, both are tried. Only an end that hangs up is told apart: epoll goes on
// telling of that whether or not it is asked.
void Relay::OnEvent(uint64_t tag, uint32_t events) {
  const uint64_t id = tag / 2;
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
    if (tag == SocketTag(id)) {
      Close(it);
      return;
    }
    if (!it->second.pair_hung_up) poller_->Remove(it->second.relayed->pair());
    it->second.pair_hung_up = true;
  }
  Move(id);
}

void Relay::Move(uint64_t id) {
  Entry& entry = entries_.at(id);
  absl::StatusOr<bool> more = true;
  do {
    more = entry.relayed->Move(absl::MakeSpan(scratch_), parts_.running->Now());
  } while (more.ok() && *more && entry.pair_hung_up);  // what gRPC said last is not much
  if (more.ok()) {
    Watch(id, entry);
  } else {
    End(id, more.status());
  }
}

void Relay::Watch(uint64_t id, Entry& entry) {
  const Relayed& relayed = *entry.relayed;
  const uint32_t socket_events = relayed.socket_events(), pair_events = relayed.pair_events();
  if (entry.socket_events != socket_events) {
    poller_->Change(relayed.socket(), socket_events, SocketTag(id));
  }
  if (entry.pair_events != pair_events && !entry.pair_hung_up) {
    poller_->Change(relayed.pair(), pair_events, PairTag(id));
  }
  entry.socket_events = socket_events;
  entry.pair_events = pair_events;
}

void Relay::CheckTimes() {
  const absl::Time now = parts_.running->Now();
  if (now - times_checked_ < kTimesInterval) return;
  times_checked_ = now;
  for (auto it = entries_.begin(); it != entries_.end();) {
    const absl::Status times = it->second.relayed->CheckTimes(now, parts_.patience);
    if (times.ok()) {
      ++it;
      continue;
    }
    if (const auto left_out = log_limit_.Admit(now)) {
      LogWarning("peer_connection_ended", {{"key", it->second.relayed->key().ToHex()},
                                           {"reason", times.message()},
                                           {"left_out", *left_out}});
    }
    it = Close(it);
  }
}

void Relay::End(uint64_t id, const absl::Status& why) {
  const auto it = entries_.find(id);
  if (!absl::IsResourceExhausted(why)) {
    Close(it);
    return;
  }
  CutNow(PublicKey(it->second.relayed->key()), why.message());
}

void Relay::CutNow(const PublicKey& key, absl::string_view reason) {
  if (parts_.keys->Cut(key, parts_.running->Now())) {
    LogWarning("peer_cut_off",
               {{"key", key.ToHex()}, {"reason", reason}, {"for_s", limits::kCutSeconds}});
  }
  for (auto it = entries_.begin(); it != entries_.end();) {
    it = it->second.relayed->key() == key ? Close(it) : std::next(it);
  }
}

Relay::Entries::iterator Relay::Close(Entries::iterator entry) {
  const PublicKey key = entry->second.relayed->key();
  parts_.callers->Forget(entry->second.caller);
  const auto next = entries_.erase(entry);  // closing both sockets takes them out of the poller
  parts_.keys->Leave(key);
  return next;
}

}  // namespace commons::node
