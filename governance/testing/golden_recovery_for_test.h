// For tests: a small practice commons of organisations whose boards lost their keys, with keys from
// a seed and fixed times, as golden_commons_for_test.h.
#ifndef COMMONS_GOVERNANCE_TESTING_GOLDEN_RECOVERY_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_GOLDEN_RECOVERY_FOR_TEST_H_

#include <string>
#include <utility>

#include "governance/kinds/organisation/recovery.h"
#include "governance/kinds/stop/objection.h"
#include "governance/kinds/stop/revocation.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/recovery_for_test.h"
#include "governance/testing/stops_for_test.h"

namespace commons::governance {

class GoldenRecovery : public TestCommons {
 public:
  GoldenRecovery()
      : TestCommons({.orgs = 6,
                     .seats = 3,
                     .board_k = 2,
                     .cooling_off = absl::Hours(24),
                     .practice = true,
                     .seed = "golden recoveries 0.1"}) {
    Open();
    for (const TestOrg& org : orgs) NameWhoRecovers(org);
    now += absl::Hours(48);
    const DocId taken = Recover(orgs[0]), refused = Recover(orgs[1]), revoked = Recover(orgs[2]);
    const DocId first = Recover(orgs[3]);
    Recover(orgs[4], {&r_});  // too few
    Recover(orgs[5]);
    now += absl::Hours(24 * 5);
    Object(orgs[1], refused, orgs[1].board[2]);
    Object(orgs[0], taken, s_);  // who has no say
    GiveUp(orgs[2], s_);
    Recover(orgs[3], {&r_, &s_}, first);  // in the place of the first, and with its own wait
    SetRules(orgs[5], 30);
    const v1::Envelope freeze =
        StopMaker{commons_id, random, now}.Freeze(orgs[0].id, ScopeOfAll(), Guardian(orgs[0]));
    PutIntoSet(logs[orgs[0].id], freeze, now);
    now += absl::Hours(24 * 27);
    TakeOver(orgs[0], freeze);
    GoOn(orgs[1], refused);
    GoOn(orgs[2], revoked);
    now += absl::Hours(24);
    GiveUp(orgs[0], r_);  // which undoes nothing any more
    logs[orgs[5].id].own = true;
    logs[orgs[3].id].own = true;
  }

 private:
  static Keys Guardian(const TestOrg& org) { return {org.guardian.get()}; }

  void NameWhoRecovers(const TestOrg& org) {
    const v1::OrgRoot next = NextCard(*this, org, {.recovery = QuorumOf(2, {&r_, &s_, &t_})});
    Push(org.id, SignedCard(next, Board(org, 2)));
  }
  DocId Recover(const TestOrg& org) { return Recover(org, {&r_, &s_}); }
  // x and y; `after`: behind a recovery card that waits.
  DocId Recover(const TestOrg& org, Keys keys, const DocId& after = DocId()) {
    CardChanges changes = {.seats = SeatsOf({&x_, &y_})};
    if (after != DocId()) changes.after = CardTip{after, 3};
    keys.insert(keys.end(), {&x_, &y_});
    const Document card = InForce(org);
    return Push(org.id, SignDocument(kinds::kRecovery, *DraftRecovery(card, changes, now), keys));
  }
  Document InForce(const TestOrg& org) const {
    const DocId id = Fold().FindMember(org.id)->root_id;
    for (const OrgLog::Entry& entry : logs.at(org.id).entries) {
      if (entry.document->id == id) return *entry.document;
    }
    return *OpenDocument(org.card);
  }
  void Object(const TestOrg& org, const DocId& card, const crypto::SigningKey& key) {
    const std::string payload = *DraftObjection(org.id, card, random, now);
    PutIntoSet(logs[org.id], SignDocument(kinds::kObjection, payload, {&key}), now);
  }
  void GiveUp(const TestOrg& org, const crypto::SigningKey& key) {
    const RevocationDraft draft = {org.id, key.public_key(), 1, crypto::Sha256("root"),
                                   v1::STOP_KEY};
    PutIntoSet(logs[org.id],
               SignDocument(kinds::kRevocation, *DraftRevocation(draft, random, now), {&key}), now);
  }
  void SetRules(const TestOrg& org, uint32_t threshold) { SetRulesBy(org, threshold, Board(org)); }
  void SetRulesBy(const TestOrg& org, uint32_t threshold, const Keys& keys) {
    v1::OwnerPolicy policy;
    policy.set_dataset("cases");
    *policy.mutable_rule() = OwnerRule();
    policy.mutable_rule()->set_threshold(threshold);
    Issue(org, kinds::kOwnerPolicy, PolicyChain("cases"), policy, keys);
  }
  // The new board speaks; that before it signs and lifts for nothing, and objects too late.
  void TakeOver(const TestOrg& org, const v1::Envelope& freeze) {
    SetRulesBy(org, 12, {&x_, &y_});
    SetRulesBy(org, 10, Board(org));
    PutIntoSet(logs[org.id], StopMaker{commons_id, random, now}.Lift(org.id, {freeze}, Board(org)),
               now);
    Object(org, Fold().FindMember(org.id)->root_id, org.board[0]);
  }
  // The board before it goes on behind a recovery card without power.
  void GoOn(const TestOrg& org, const DocId& behind) {
    CardChanges changes = {.recovery = QuorumOf(1, {&t_})};
    changes.after = CardTip{behind, 3};
    v1::OrgRoot root;
    root.ParseFromString(*DraftNextCard(InForce(org), changes, now));
    Push(org.id, SignedCard(root, Board(org)));
    SetRules(org, 11);
  }

  const crypto::SigningKey r_ = NewKey(), s_ = NewKey(), t_ = NewKey();
  const crypto::SigningKey x_ = NewKey(), y_ = NewKey();
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_GOLDEN_RECOVERY_FOR_TEST_H_
