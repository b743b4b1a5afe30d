#include "node/services/tickets.h"

#include <algorithm>
#include <utility>

namespace commons::node {
namespace {

constexpr size_t kTicketBytes = 16;

bool Lapsed(const query::Prepared& prepared, absl::Time now) {
  return prepared.proposal.not_after_ms() < absl::ToUnixMillis(now);
}

}  // namespace

void Tickets::MakeRoom() {
  std::map<PublicKey, size_t> of;
  for (const auto& [ticket, each] : waiting_) ++of[each.prepared.researcher];
  const auto first_to_go = [&](const auto& a, const auto& b) {
    const size_t of_a = of[a.second.prepared.researcher], of_b = of[b.second.prepared.researcher];
    return of_a != of_b ? of_a > of_b : a.second.number < b.second.number;
  };
  waiting_.erase(std::min_element(waiting_.begin(), waiting_.end(), first_to_go));
}

std::string Tickets::Keep(query::Prepared prepared, absl::Time now) {
  const std::string ticket = random_->Bytes(kTicketBytes);
  std::lock_guard lock(mu_);
  std::erase_if(waiting_, [&](const auto& each) { return Lapsed(each.second.prepared, now); });
  if (waiting_.size() >= kMost) MakeRoom();
  waiting_.emplace(ticket, Waiting{std::move(prepared), next_++});
  return ticket;
}

std::optional<query::Prepared> Tickets::Take(const std::string& ticket, absl::Time now) {
  std::lock_guard lock(mu_);
  const auto it = waiting_.find(ticket);
  if (it == waiting_.end()) return std::nullopt;
  query::Prepared prepared = std::move(it->second.prepared);
  waiting_.erase(it);
  if (Lapsed(prepared, now)) return std::nullopt;
  return prepared;
}

}  // namespace commons::node
