#include "governance/kinds/organisation/card_places.h"

#include <algorithm>

#include "governance/document/payload_types.h"
#include "governance/kinds/organisation/next_card.h"

namespace commons::governance {

namespace {

bool TakesThePlaceOf(const Document& card, const Document& next) {
  return CheckSucceeds(next, OrganisationOf(card), card.id, card.As<v1::OrgRoot>()).ok();
}

}  // namespace

void CardPlaces::Add(size_t place, const std::shared_ptr<const Document>& document) {
  if (document == nullptr || document->kind() != kinds::kOrgRoot) return;
  if (!cards_.empty() && !TakesThePlaceOf(*cards_.back().second, *document)) return;
  cards_.emplace_back(place, document);
}

bool CardPlaces::SignedAgain(size_t place, const std::shared_ptr<const Document>& document) {
  const auto at = From(place);
  const bool counted = at != cards_.end() && at->first == place;
  if (document->kind() != kinds::kOrgRoot || counted || at == cards_.begin()) return false;
  if (!TakesThePlaceOf(*std::prev(at)->second, *document)) return false;
  cards_.erase(at, cards_.end());
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
  return last;
}

}  // namespace commons::governance
