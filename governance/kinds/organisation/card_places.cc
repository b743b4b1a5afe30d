#include "governance/kinds/organisation/card_places.h"

#include <algorithm>

#include "governance/document/payload_types.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/kinds/organisation/succession.h"

namespace commons::governance {

OrgId CardPlaces::Org() const { return OrganisationOf(*cards_.back().second); }

Reign CardPlaces::Now() const {
  Reign reign;
  reign.card = Standing(*cards_.back().second, absl::InfinitePast());
  if (waiting_ != nullptr) reign.waiting = Standing(*waiting_, absl::InfinitePast());
  return reign;
}

void CardPlaces::Add(size_t place, const std::shared_ptr<const Document>& document) {
  if (document == nullptr) return;
  const bool card = IsACard(*document);
  if (cards_.empty()) {
    if (card) cards_.emplace_back(place, document);
    return;
  }
  if (waiting_ != nullptr && Turns(Now(), Org(), *document)) {
    // From this document on: it is by that card itself.
    cards_.emplace_back(place - 1, std::move(waiting_));
    waiting_ = nullptr;
  }
  if (!card || !CheckNext(Now(), Org(), *document).ok()) return;
  if (document->kind() == kinds::kRecovery) {
    waiting_ = document;
    return;
  }
  waiting_ = nullptr;
  cards_.emplace_back(place, document);
}

bool CardPlaces::SignedAgain(size_t place, const std::shared_ptr<const Document>& document) {
  const auto at = From(place);
  const bool counted = at != cards_.end() && at->first == place;
  if (document->kind() != kinds::kOrgRoot || counted || at == cards_.begin()) return false;
  const Document& before = *std::prev(at)->second;
  const auto& card = before.As<v1::OrgRoot>();
  if (!CheckSucceeds(*document, OrganisationOf(before), before.id, card).ok()) return false;
  cards_.erase(at, cards_.end());
  waiting_ = nullptr;
  cards_.emplace_back(place, document);
  return true;
}

CardPlaces::Places::const_iterator CardPlaces::From(size_t place) const {
  return std::lower_bound(cards_.begin(), cards_.end(), place,
                          [](const auto& card, size_t at) { return card.first < at; });
}

const v1::OrgRoot* CardPlaces::Before(size_t place) const {
  auto after = From(place);
  // A log's first entry is signed by its own seats.
  if (place == 0 && after != cards_.end() && after->first == 0) ++after;
  return after == cards_.begin() ? nullptr : &std::prev(after)->second->As<v1::OrgRoot>();
}

CardPlaces CardPlaces::Last() const {
  CardPlaces last;
  if (!cards_.empty()) last.cards_.push_back(cards_.back());
  last.waiting_ = waiting_;
  return last;
}

}  // namespace commons::governance
