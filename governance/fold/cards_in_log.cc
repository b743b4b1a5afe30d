#include "governance/fold/cards_in_log.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "governance/document/payload_types.h"
#include "governance/kinds/organisation/next_card.h"

namespace commons::governance {
namespace {

std::shared_ptr<const v1::OrgRoot> RootOf(const Document& card) {
  return std::static_pointer_cast<const v1::OrgRoot>(card.payload);
}

}  // namespace

SharedCards CardsInLog(const OrgId& org, const OrgLog& log) {
  const Document& first = *log.entries[0].document;
  return CardsInLog(org, log, std::make_shared<const CardsInTurn>(RootOf(first), first.id), 1);
}

SharedCards CardsInLog(const OrgId& org, const OrgLog& log, const SharedCards& before,
                       size_t from) {
  std::shared_ptr<CardsInTurn> grown;  // a copy, once there is something to add
  for (size_t i = from; i < log.entries.size(); ++i) {
    const Document* next = log.entries[i].document.get();
    if (next == nullptr || next->kind() != kinds::kOrgRoot) continue;
    const CardInTurn& last = grown == nullptr ? before->newest() : grown->newest();
    if (!CheckSucceeds(*next, org, last.id, *last.root).ok()) continue;
    if (grown == nullptr) grown = std::make_shared<CardsInTurn>(*before);
    grown->Add(RootOf(*next), next->id, log.entries[i].seen_at);
  }
  return grown == nullptr ? before : grown;
}

bool ByAny(const CardsInTurn& cards, const Document& document, Holds holds, uint64_t* steps) {
  const auto by = [&](const v1::OrgRoot* card) {
    if (steps != nullptr) ++*steps;
    return holds(*card);
  };
  return std::any_of(document.signers.begin(), document.signers.end(), [&](const PublicKey& key) {
    const KeyInTurn* found = cards.Find(key);
    return found != nullptr && std::any_of(found->cards.begin(), found->cards.end(), by);
  });
}

bool ByThatInForce(const CardsInTurn& cards, absl::Time seen_at, absl::Time forked_at,
                   Holds holds) {
  const std::vector<CardInTurn>& all = cards.all();
  const auto end = std::partition_point(
      all.begin(), all.end(), [&](const CardInTurn& card) { return card.since < forked_at; });
  const auto later = std::partition_point(
      all.begin(), end, [&](const CardInTurn& card) { return card.since <= seen_at; });
  return (end != all.begin() && holds(*std::prev(end)->root)) ||
         (later != all.begin() && holds(*std::prev(later)->root));
}

}  // namespace commons::governance
