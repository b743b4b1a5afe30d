#include "node/edge/peer_keys.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace commons::node {

absl::Status PeerKeys::Check(const PublicKey& key, absl::Time now) const {
  std::lock_guard lock(mu_);
  return CheckLocked(key, now);
}

absl::Status PeerKeys::CheckLocked(const PublicKey& key, absl::Time now) const {
  if (const auto it = keys_.find(key); it != keys_.end()) {
    if (now < it->second.cut_until) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "peer key is cut off for ",
          absl::FormatDuration(absl::Ceil(it->second.cut_until - now, absl::Seconds(1))),
          " more: ", key.ToHex()));
    }
    if (it->second.connections >= limits_.each) {
      return absl::ResourceExhaustedError(
          absl::StrCat("peer key has ", limits_.each, " connections already: ", key.ToHex()));
    }
  }
  if (all_ < limits_.all) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("this node has ", limits_.all, " connections already"));
}

PeerKeys::Key& PeerKeys::At(const PublicKey& key, absl::Time now) {
  return keys_.try_emplace(key, TokenBucket(limits_.refusals, now)).first->second;
}

absl::Status PeerKeys::Enter(const PublicKey& key, absl::Time now) {
  std::lock_guard lock(mu_);
  RETURN_IF_ERROR(CheckLocked(key, now));
  ++At(key, now).connections;
  ++all_;
  return absl::OkStatus();
}

void PeerKeys::Leave(const PublicKey& key) {
  std::lock_guard lock(mu_);
  --keys_.at(key).connections;
  --all_;
}

bool PeerKeys::Cut(const PublicKey& key, absl::Time now) {
  std::lock_guard lock(mu_);
  Key& of = At(key, now);
  if (now < of.cut_until) return false;
  of.cut_until = now + limits_.cut;
  return true;
}

bool PeerKeys::CountRefusal(const PublicKey& key, absl::Time now) {
  std::lock_guard lock(mu_);
  return At(key, now).refusals.Take(1, now);
}

size_t PeerKeys::connections() const {
  std::lock_guard lock(mu_);
  return all_;
}

}  // namespace commons::node
