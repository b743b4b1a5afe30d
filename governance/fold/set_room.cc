#include "governance/fold/set_room.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "governance/document/refusal.h"

namespace commons::governance {
namespace {

// A key and a signature in an envelope, and what frames them.
constexpr size_t kSignatureBytes = 104;

bool Adds(const Document* before, const PublicKey& key) {
  return before == nullptr || !before->signers.contains(key);
}

}  // namespace

SetRoom::SetRoom(SharedCards cards, const DocumentSet* held)
    : cards_(std::move(cards)), newest_(KeysOn(*cards_->newest().root)) {
  if (held == nullptr) return;
  for (const auto& [id, entry] : *held) Charge(*entry.document, nullptr);
}

size_t SetRoom::Used(const PublicKey& key) const {
  const auto found = used_.find(key);
  return found == used_.end() ? 0 : found->second;
}

// Keys that came with a later card take nothing from those that were there: what one node took, any
// other takes afterwards.
size_t SetRoom::PartOf(const PublicKey& key) const {
  const KeyInTurn* found = cards_->Find(key);
  if (found == nullptr) return 0;
  const size_t equal = std::min(limits::kSetBytesPerKey, limits::kSetBytesPerOrg / found->among);
  return newest_.contains(key) ? std::max(equal, limits::kSetBytesReserved) : equal;
}

size_t SetRoom::Reserved(const PublicKey& key, size_t used) const {
  return newest_.contains(key) ? std::min(used, limits::kSetBytesReserved) : 0;
}

bool SetRoom::HasRoom(const PublicKey& key, size_t payload_bytes) const {
  const size_t bytes = payload_bytes + kSignatureBytes;
  const size_t used = Used(key), then = used + bytes;
  if (then > PartOf(key) || total_ + bytes > limits::kSetBytesPerOrgAndReserved) return false;
  const size_t reserved = reserved_ + Reserved(key, then) - Reserved(key, used);
  return Reserved(key, then) == then || total_ + bytes <= limits::kSetBytesPerOrg + reserved;
}

absl::Status SetRoom::Take(const Document& document, const Document* before) {
  const size_t bytes = document.envelope.payload().size();
  const bool room =
      std::any_of(document.signers.begin(), document.signers.end(),
                  [&](const PublicKey& key) { return Adds(before, key) && HasRoom(key, bytes); });
  if (!room) {
    return Refuse(v1::MESSAGE_TOO_LARGE,
                  "the keys that signed it have filled their part of what an organisation may stop "
                  "and lift; another guardian's key has its own, and a lift may name fewer freezes "
                  "or a key");
  }
  Charge(document, before);
  return absl::OkStatus();
}

void SetRoom::Charge(const Document& document, const Document* before) {
  const size_t payload = document.envelope.payload().size();
  if (before == nullptr) total_ += payload;
  for (const PublicKey& key : document.signers) {
    if (!Adds(before, key)) continue;
    total_ += kSignatureBytes;
    size_t& used = used_[key];
    reserved_ -= Reserved(key, used);
    used += payload + kSignatureBytes;
    reserved_ += Reserved(key, used);
  }
}

}  // namespace commons::governance
