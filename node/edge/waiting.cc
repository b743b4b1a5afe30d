#include "node/edge/waiting.h"

namespace commons::node {
namespace {

constexpr size_t kAddresses = 4096;

}  // namespace

void Waiting::Forget(absl::Time now) {
  if (by_address_.size() < kAddresses) return;
  // Whose bucket is full again is as good as new.
  const absl::Duration full = absl::Seconds(limits_.knocks.full / limits_.knocks.per_second);
  std::erase_if(by_address_, [&](const auto& each) {
    return each.second.ids.empty() && now - each.second.last >= full;
  });
  // More addresses than one machine's in seconds: counting them helps nobody.
  if (by_address_.size() < kAddresses) return;
  std::erase_if(by_address_, [](const auto& each) { return each.second.ids.empty(); });
}

Waiting::Verdict Waiting::Enter(uint64_t id, const std::string& address, absl::Time now) {
  Forget(now);
  Address& from =
      by_address_.try_emplace(address, Address{TokenBucket(limits_.knocks, now), now, {}})
          .first->second;
  from.last = now;
  Verdict verdict;
  if (!from.knocks.Take(1, now)) return verdict;
  verdict.admitted = true;
  if (from.ids.size() >= limits_.each) {
    verdict.goes_for = *from.ids.begin();
  } else if (address_of_.size() >= limits_.all) {
    verdict.goes_for = address_of_.begin()->first;
  }
  if (verdict.goes_for) Leave(*verdict.goes_for);
  from.ids.insert(id);
  address_of_[id] = address;
  return verdict;
}

void Waiting::Leave(uint64_t id) {
  const auto it = address_of_.find(id);
  if (it == address_of_.end()) return;
  by_address_.at(it->second).ids.erase(id);
  address_of_.erase(it);
}

}  // namespace commons::node
