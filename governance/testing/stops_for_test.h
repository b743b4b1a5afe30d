// For tests: signed freezes and lifts, and sets of them beside a log.
#ifndef COMMONS_GOVERNANCE_TESTING_STOPS_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_STOPS_FOR_TEST_H_

#include <memory>
#include <string>
#include <vector>

#include "governance/document/document.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/stop/freeze.h"
#include "governance/kinds/stop/lift.h"
#include "governance/register/cards_in_turn.h"
#include "governance/testing/commons_for_test.h"

namespace commons::governance {

using SigningKeys = std::vector<const crypto::SigningKey*>;

inline v1::Scope ScopeOfAll() {
  v1::Scope scope;
  scope.set_all(true);
  return scope;
}
inline v1::Scope ScopeOfDataset(const std::string& dataset) {
  v1::Scope scope;
  scope.set_dataset(dataset);
  return scope;
}

// In a commons, by whomever.
struct StopMaker {
  CommonsId commons;
  crypto::RandomSource& random;
  absl::Time now = TestCommons::Start();

  v1::Envelope Freeze(const OrgId& issuer, const v1::Scope& scope, const SigningKeys& keys) const {
    return SignDocument(kFreezeKind.type,
                        *DraftFreeze({commons, issuer, scope, v1::STOP_DATA}, random, now), keys);
  }
  v1::Envelope Lift(const OrgId& issuer, const std::vector<v1::Envelope>& freezes,
                    const SigningKeys& keys) const {
    std::vector<DocId> ids;
    ids.reserve(freezes.size());
    for (const v1::Envelope& freeze : freezes) ids.push_back(IdOf(freeze));
    return SignDocument(kLiftKind.type, *DraftLift({commons, issuer, ids, {}}, random, now), keys);
  }
  v1::Envelope LiftOf(const OrgId& issuer, const PublicKey& key, const SigningKeys& keys) const {
    return SignDocument(kLiftKind.type, *DraftLift({commons, issuer, {}, key}, random, now), keys);
  }
};

// For ever.
inline CardsInTurn OneCard(const v1::OrgRoot& card) {
  return {std::make_shared<const v1::OrgRoot>(card), DocId()};
}

// Puts it into the set beside a log, as it came.
inline void PutIntoSet(OrgLog& log, const v1::Envelope& envelope, absl::Time seen_at) {
  auto sets = log.sets == nullptr ? std::make_shared<DocumentSet>()
                                  : std::make_shared<DocumentSet>(*log.sets);
  (*sets)[IdOf(envelope)] = {std::make_shared<const Document>(*OpenDocument(envelope)), seen_at};
  log.sets = std::move(sets);
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_STOPS_FOR_TEST_H_
