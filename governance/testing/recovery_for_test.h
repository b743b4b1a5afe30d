// For tests: an organisation whose card says who may replace lost keys, recovery cards and
// objections.
#ifndef COMMONS_GOVERNANCE_TESTING_RECOVERY_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_RECOVERY_FOR_TEST_H_

#include <string>
#include <vector>

#include "governance/kinds/organisation/recovery.h"
#include "governance/kinds/organisation/succession.h"
#include "governance/kinds/stop/objection.h"
#include "governance/rules/decide.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/stops_for_test.h"
#include "governance/testing/told_for_test.h"

namespace commons::governance {

inline v1::Quorum QuorumOf(uint32_t k, const TestCommons::Keys& keys) {
  v1::Quorum quorum;
  quorum.set_name("recovery");
  quorum.set_k(k);
  for (const auto* key : keys) quorum.add_members()->set_key(key->public_key().ToBytes());
  return quorum;
}

// Owner 1 has the seats a, b and c; two of them decide, and two of r, s and t replace lost keys.
// x, y and z are to come.
struct RecoveringCommons : TestCommons {
  RecoveringCommons() : TestCommons({.seats = 3, .board_k = 2}), org(orgs[1]) {
    Open();
    Push(org.id, SignedCard(NextCard(*this, org, {.recovery = QuorumOf(2, {&r, &s, &t})}), {a, b}));
    base = CardOf(*this, org);
    now += absl::Hours(48);
    logs[org.id].own = true;
  }

  v1::OrgRoot Draft(const Keys& seats) const { return DraftWith({.seats = SeatsOf(seats)}); }
  v1::OrgRoot DraftWith(CardChanges changes) const {
    v1::OrgRoot root;
    const ChainTip tip = Fold().TipOf(org.id, kOrgChain);
    if (!changes.after && tip.id != base.id) changes.after = CardTip{tip.id, tip.version};
    root.ParseFromString(*DraftRecovery(base, changes, now));
    return root;
  }
  static v1::Envelope Signed(const v1::OrgRoot& root, const Keys& keys) {
    return SignDocument(kinds::kRecovery, root.SerializeAsString(), keys);
  }
  // x, y and z of which two decide, by r and s.
  DocId Recover() { return Push(org.id, Signed(Draft({&x, &y, &z}), {&r, &s, &x, &y})); }
  v1::Envelope Objection(const DocId& card, const Keys& keys) {
    return SignDocument(kinds::kObjection, *DraftObjection(org.id, card, random, now), keys);
  }
  void Object(const DocId& card, const Keys& keys) {
    PutIntoSet(logs[org.id], Objection(card, keys), now);
  }
  v1::Envelope Policy(const Keys& keys, const v1::Rule& rule = OwnerRule(),
                      const std::string& dataset = "cases") const {
    v1::OwnerPolicy p;
    p.set_dataset(dataset);
    *p.mutable_rule() = rule;
    *p.mutable_header() = NextHeader(Fold(), org.id, PolicyChain(dataset), now);
    return SignDocument(kinds::kOwnerPolicy, p.SerializeAsString(), keys);
  }
  // What is said of a document at the end of the log, where it does not stay.
  std::string Said(const v1::Envelope& envelope) {
    const DocId id = Push(org.id, envelope);
    const Register reg = Fold();
    logs[org.id].entries.pop_back();
    for (const auto& problem : reg.problems()) {
      if (problem->id == id) {
        return absl::StrCat(v1::Reason_Name(problem->reason), ": ", problem->message);
      }
    }
    return "counts";
  }
  // As the organisation's own node would say.
  std::string MayAppend(const v1::Envelope& envelope) {
    if (const std::string said = Said(envelope); said != "counts") return said;
    const Register reg = Fold();
    const Recovery* waiting = reg.WaitingRecovery(org.id);
    if (waiting == nullptr) return "OK";
    return Told(CheckInTime(*reg.ReignOf(org.id), *waiting, org.id, *OpenDocument(envelope), now));
  }
  std::string Answer() const { return Told(Decide(Fold(), org.id, Ask(), now).status()); }
  absl::Time MaturesAt() const { return Fold().WaitingRecovery(org.id)->matures_at; }

  const TestOrg& org;
  Document base;
  const crypto::SigningKey r = NewKey(), s = NewKey(), t = NewKey();
  const crypto::SigningKey x = NewKey(), y = NewKey(), z = NewKey();
  const crypto::SigningKey *a = &org.board[0], *b = &org.board[1], *c = &org.board[2];
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_RECOVERY_FOR_TEST_H_
