#include "governance/fold/cards_in_log.h"

#include <algorithm>
#include <memory>

#include "governance/document/payload_types.h"
#include "governance/kinds/organisation/next_card.h"

namespace commons::governance {
namespace {

CardInTurn InTurn(const Document& card, absl::Time since) {
  return {std::static_pointer_cast<const v1::OrgRoot>(card.payload), since};
}

}  // namespace

CardsInTurn CardsInLog(const OrgId& org, const OrgLog& log) {
  const Document* last = log.entries[0].document.get();
  CardsInTurn cards = {InTurn(*last, absl::InfinitePast())};
  for (const OrgLog::Entry& entry : log.entries) {
    const Document* next = entry.document.get();
    if (next == nullptr || next == last || next->kind() != kinds::kOrgRoot) continue;
    if (!CheckSucceeds(*next, org, last->id, *cards.back().root).ok()) continue;
    cards.push_back(InTurn(*next, entry.seen_at));
    last = next;
  }
  return cards;
}

bool ByAny(const CardsInTurn& cards, absl::FunctionRef<bool(const v1::OrgRoot&)> holds) {
  return std::any_of(cards.begin(), cards.end(),
                     [&](const CardInTurn& card) { return holds(*card.root); });
}

bool ByThatInForce(const CardsInTurn& cards, absl::Time seen_at, absl::Time forked_at,
                   absl::FunctionRef<bool(const v1::OrgRoot&)> holds) {
  const v1::OrgRoot* newest = nullptr;
  const v1::OrgRoot* then = nullptr;
  for (const CardInTurn& card : cards) {
    if (card.since >= forked_at) break;
    newest = card.root.get();
    if (card.since <= seen_at) then = newest;
  }
  return (newest != nullptr && holds(*newest)) || (then != nullptr && holds(*then));
}

}  // namespace commons::governance
