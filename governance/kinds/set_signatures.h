// The signatures of a document that stands in no log: those that count, and no others, so that
// nobody makes it grow and all who hold it hold the same. Pure.
#ifndef COMMONS_GOVERNANCE_KINDS_SET_SIGNATURES_H_
#define COMMONS_GOVERNANCE_KINDS_SET_SIGNATURES_H_

#include <optional>

#include "governance/document/document.h"
#include "governance/register/cards_in_turn.h"

namespace commons::governance {

// The document with the valid signatures of keys that count on it by any of its issuer's cards.
Document OnlyCounting(const Document& document, const CardsInTurn& cards);

// `held` with what `again`, the same document, brings; both hold only what counts. Unset: nothing
// new, or no room for it.
std::optional<Document> Joined(const Document& held, const Document& again);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_SET_SIGNATURES_H_
