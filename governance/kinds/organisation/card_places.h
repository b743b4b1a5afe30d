// Which card was in force where in one organisation's log. Pure.
#ifndef COMMONS_GOVERNANCE_KINDS_ORGANISATION_CARD_PLACES_H_
#define COMMONS_GOVERNANCE_KINDS_ORGANISATION_CARD_PLACES_H_

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/register/reign.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Not thread-safe.
class CardPlaces {
 public:
  // The document at a place behind all that were added; only cards that count are kept: the first,
  // whatever signatures it has, each that takes the place of the one before it, and a recovery
  // card from the first document on that its board alone has signed.
  void Add(size_t place, const std::shared_ptr<const Document>& document);
  // The document that is at this place, with more signatures. True: it counts only now, and what
  // stands behind it is forgotten, to be added again.
  bool SignedAgain(size_t place, const std::shared_ptr<const Document>& document);
  // By which card a document at this place is signed: the last one before it; at its own place the
  // first. nullptr: none was added yet.
  const v1::OrgRoot* Before(size_t place) const;
  // The last one alone, to go on from.
  CardPlaces Last() const;

 private:
  using Places = std::vector<std::pair<size_t, std::shared_ptr<const Document>>>;
  Places::const_iterator From(size_t place) const;  // the first there or behind it
  OrgId Org() const;
  Reign Now() const;

  Places cards_;
  std::shared_ptr<const Document> waiting_;  // a recovery card behind the last; nullptr: none
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_ORGANISATION_CARD_PLACES_H_
