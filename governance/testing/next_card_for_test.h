// For tests: cards that take the place of a test organisation's.
#ifndef COMMONS_GOVERNANCE_TESTING_NEXT_CARD_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_NEXT_CARD_FOR_TEST_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/testing/commons_for_test.h"

namespace commons::governance {

// The newest that counts.
inline Document CardOf(const TestCommons& c, const TestOrg& org) {
  const DocId id = c.Fold().TipOf(org.id, kOrgChain).id;
  for (const OrgLog::Entry& entry : c.logs.at(org.id).entries) {
    if (entry.document->id == id) return *entry.document;
  }
  return *OpenDocument(org.card);
}

// As a card names them: seat-0, seat-1, ...
inline std::vector<std::pair<std::string, PublicKey>> SeatsOf(const TestCommons::Keys& keys) {
  std::vector<std::pair<std::string, PublicKey>> seats;
  for (const crypto::SigningKey* key : keys) {
    seats.emplace_back(absl::StrCat("seat-", seats.size()), key->public_key());
  }
  return seats;
}

inline v1::OrgRoot NextCard(const TestCommons& c, const TestOrg& org,
                            const CardChanges& changes = {}) {
  v1::OrgRoot root;
  root.ParseFromString(*DraftNextCard(CardOf(c, org), changes, c.now));
  return root;
}

inline v1::Envelope SignedCard(const v1::OrgRoot& root, const TestCommons::Keys& keys) {
  return SignDocument(kinds::kOrgRoot, root.SerializeAsString(), keys);
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_NEXT_CARD_FOR_TEST_H_
