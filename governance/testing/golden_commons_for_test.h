// For tests: a small practice commons in which everything happened once, with keys from a seed and
// fixed times. What it made lies in governance/fold/golden, and stays there as it is whatever is
// changed here.
#ifndef COMMONS_GOVERNANCE_TESTING_GOLDEN_COMMONS_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_GOLDEN_COMMONS_FOR_TEST_H_

#include <string>
#include <vector>

#include "crypto/merkle/merkle.h"
#include "governance/document/text.h"
#include "governance/kinds/commons/withdrawal.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/kinds/stop/decline.h"
#include "governance/kinds/stop/revocation.h"
#include "governance/testing/golden_standard_for_test.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/stops_for_test.h"

namespace commons::governance {

class GoldenCommons : public TestCommons {
 public:
  GoldenCommons()
      : TestCommons({.orgs = 4,
                     .seats = 3,
                     .board_k = 2,
                     .cooling_off = absl::Hours(24),
                     .practice = true,
                     .threshold_a = 2,
                     .threshold_b = 3,
                     .seed = "golden documents 0.1"}),
        x_(NewKey()),
        y_(NewKey()),
        fifth_(NewOrg("org-4")) {
    Found();
    for (const TestOrg& org : orgs) TellAddress(org, *org.node);
    OpenDatasets();
    ChangeRules();
    ChangeACard();
    SplitAVote();
    StopAndLift();
    RevokeAKey();
    LeaveAndJoin();
    GoWrong();
    ForkALog();
  }

 private:
  void Later(int hours = 6) { now += absl::Hours(hours); }
  DocId Put(const TestOrg& org, absl::string_view kind, const std::string& payload,
            const Keys& keys) {
    return Push(org.id, SignDocument(kind, payload, keys));
  }
  void PutBeside(const TestOrg& org, const v1::Envelope& envelope) {
    PutIntoSet(logs[org.id], envelope, now);
  }
  StopMaker Stop() { return {commons_id, random, now}; }

  void TellAddress(const TestOrg& org, const crypto::SigningKey& key) {
    const std::string info =
        DraftNodeInfo(org.id, 7, {absl::StrCat(org.name, ".example:7411")}, "ask us", now);
    logs[org.id].node_info = *OpenDocument(SignDocument(kinds::kNodeInfo, info, {&key}));
  }

  void OpenDatasets() {
    Later();
    v1::Resolution rules = CommonRules();
    rules.add_items()->set_standard(GoldenStandard(orgs[1].id).SerializeAsString());
    rules.set_participation("involve");
    rules.add_submissions("the people of the rohe");
    Resolve(rules);
    Vouch(orgs[0]);
    SetProject(orgs[0], WholeProject(), absl::ToUnixSeconds(Start() + absl::Hours(24 * 100)));
    for (const TestOrg& org : orgs) {
      Later();
      SetPolicy(org, OwnerRule());
      SetManifest(org, WholeManifest(1), Board(org));
      ApproveProject(org, &org != &orgs[2]);
    }
    ApproveProject(orgs[2], true, absl::ToUnixSeconds(Start() + absl::Hours(24 * 50)));
    v1::Manifest narrower = WholeManifest(2);
    narrower.set_stated_scale(400);
    narrower.set_left_out_percent(2);
    narrower.add_labels("copied by hand");
    narrower.add_not_held("nhi");
    SetManifest(orgs[0], narrower, Steward(orgs[0]));
  }

  static void Say(google::protobuf::RepeatedPtrField<v1::Text>* texts, const char* words) {
    AddText(*texts, words);
  }
  void Vouch(const TestOrg& org) {
    v1::Accreditation said;
    said.set_researcher(researcher.public_key().ToBytes());
    said.set_affiliation("Lakes District");
    said.set_practice(true);
    v1::Header& header = *said.mutable_header();
    header = NextHeader(Fold(), org.id, AccreditationChain(researcher.public_key()), now);
    header.set_effective_at(header.issued_at() + 3600);
    Say(header.mutable_title(), "A key");
    Say(header.mutable_rationale(), "she asked in person");
    Put(org, kinds::kAccreditation, said.SerializeAsString(), Board(org));
  }
  v1::Project WholeProject() const {
    v1::Project p = CasesProject();
    Say(p.mutable_question(), "how many, and where");
    Say(p.mutable_benefit(), "clinics where people live");
    p.set_outcome_due(absl::ToUnixSeconds(now + absl::Hours(24 * 300)));
    return p;
  }
  v1::Manifest WholeManifest(uint64_t edition) const {
    v1::Manifest m = CasesManifest(edition);
    m.set_coverage("2024 and 2025");
    m.set_provenance("the clinic's own records");
    m.set_consent_basis("asked at the visit");
    m.set_retention("ten years");
    return m;
  }

  v1::Rule WithThreshold(uint32_t threshold) const {
    v1::Rule rule = OwnerRule();
    rule.set_threshold(threshold);
    return rule;
  }

  // Every field of a rule, one that waits, one that ends, one for all datasets.
  void ChangeRules() {
    Later();
    SetPolicy(orgs[1], FullRule());
    SetPolicy(orgs[2], WithThreshold(40), false, int64_t{3} * 86400);
    Later();
    SetPolicy(orgs[2], WithThreshold(20));
    v1::Rule every;
    every.add_labels("whakapapa");
    every.add_prohibited("insurance");
    SetPolicy(orgs[2], every, false, 0, 0, "");
    SetPolicy(orgs[3], FloorRule(), true);
    SetPolicy(orgs[3], WithThreshold(9), false, 0,
              absl::ToUnixSeconds(Start() + absl::Hours(24 * 60)));
  }
  v1::Rule FullRule() const {
    v1::Rule rule = FloorRule();
    rule.set_release(v1::PROTECTED);
    rule.set_min_membership_days(1);
    rule.set_hold_days(2);
    rule.set_project_budget_micro_rho(400000);
    rule.set_researcher_budget_micro_rho(300000);
    rule.set_asker_budget_micro_rho(200000);
    rule.set_question_budget_micro_rho(100000);
    for (const char* purpose : {"health", "planning"}) rule.add_purposes(purpose);
    rule.add_columns("sex");
    for (const int i : {0, 2}) rule.add_asking_orgs(orgs[i].id.ToBytes());
    rule.add_researchers(researcher.public_key().ToBytes());
    rule.add_legal_bases("consent");
    rule.set_reply_slot_ms(50);
    return rule;
  }

  static v1::Quorum GroupsOf(const Keys& keys) {
    v1::Quorum quorum;
    quorum.set_name("recovery");
    quorum.set_k(2);
    for (const crypto::SigningKey* key : keys) {
      v1::Quorum& group = *quorum.add_members()->mutable_group();
      group.set_name(absl::StrCat("group ", quorum.members_size()));
      group.set_k(1);
      group.add_members()->set_key(key->public_key().ToBytes());
    }
    return quorum;
  }

  // Another seat, another guardian, an end. What the seat that went signs then is too little.
  void ChangeACard() {
    Later();
    const TestOrg& org = orgs[1];
    const Keys next = {&org.board[0], &org.board[1], &x_};
    const v1::OrgRoot root =
        NextCard(*this, org,
                 {.seats = SeatsOf(next),
                  .guardians = std::vector{y_.public_key()},
                  .recovery = GroupsOf(next),
                  .expires_at = absl::ToUnixSeconds(Start() + absl::Hours(24 * 80))});
    Push(org.id, SignedCard(root, {&org.board[0], &org.board[1], &x_}));
    Later();
    v1::OwnerPolicy policy;
    policy.set_dataset("visits");
    *policy.mutable_rule() = WithThreshold(8);
    Issue(org, kinds::kOwnerPolicy, PolicyChain("visits"), policy, {&org.board[0], &org.board[2]});
    *policy.mutable_rule() = OwnerRule();
    Issue(org, kinds::kOwnerPolicy, PolicyChain("visits"), policy, {&org.board[0], &x_});
  }

  v1::Resolution Floor(uint32_t threshold) const {
    v1::Resolution r;
    *r.add_items() = CommonRules().items(1);
    r.mutable_items(0)->mutable_policy()->mutable_rule()->set_threshold(threshold);
    return r;
  }

  // Two and two; the next ballot shows that, and one of them then says no and yes.
  void SplitAVote() {
    Later();
    const DocId first = ProposeAs(orgs[0], Floor(7)), second = ProposeAs(orgs[1], Floor(8));
    for (const int i : {0, 2}) Approve(orgs[i], 3, first);
    for (const int i : {1, 3}) Approve(orgs[i], 3, second);
    for (const OrgLog::Entry& entry : std::vector(logs[orgs[0].id].entries)) {
      if (entry.document->id != first) continue;
      Put(orgs[0], kinds::kWithdrawal, DraftWithdrawal(Fold(), orgs[0].id, *entry.document, now),
          Board(orgs[0]));
    }
    Later();
    const DocId agreed = ProposeAs(orgs[2], Floor(9));
    for (int i = 0; i < 3; ++i) Approve(orgs[i], 3, agreed, true, 2);
    for (const bool yes : {false, true}) Approve(orgs[3], 3, agreed, yes, 2);
  }

  // A scope of each kind; one freeze lifted by its name, one by its guardian's key.
  void StopAndLift() {
    Later();
    std::vector<v1::Scope> scopes(3);
    scopes[0].set_purpose("planning");
    scopes[1].set_requester(orgs[0].id.ToBytes());
    scopes[2].mutable_project()->set_issuer(orgs[0].id.ToBytes());
    scopes[2].mutable_project()->set_name("survey");
    for (const v1::Scope& scope : scopes) {
      PutBeside(orgs[3], Stop().Freeze(orgs[3].id, scope, {orgs[3].guardian.get()}));
    }
    const v1::Envelope ended =
        Stop().Freeze(orgs[2].id, ScopeOfDataset("cases"), {orgs[2].guardian.get()});
    const v1::Envelope kept = Stop().Freeze(orgs[2].id, ScopeOfAll(), Board(orgs[2], 2));
    for (const v1::Envelope& freeze : {ended, kept}) PutBeside(orgs[2], freeze);
    PutBeside(orgs[1], Stop().Freeze(orgs[1].id, ScopeOfAll(), {&y_}));
    PutBeside(orgs[1],
              Stop().Freeze(orgs[1].id, ScopeOfDataset("visits"), {&orgs[1].board[0], &x_}));
    Later();
    PutBeside(orgs[2], Stop().Lift(orgs[2].id, {ended}, Board(orgs[2], 2)));
    PutBeside(orgs[1], Stop().LiftOf(orgs[1].id, y_.public_key(), {&orgs[1].board[0], &x_}));
    v1::Decline decline;
    decline.set_commons_id(commons_id.ToBytes());
    decline.set_issuer(orgs[3].id.ToBytes());
    decline.set_nonce(random.Bytes(16));
    decline.set_issued_at(absl::ToUnixSeconds(now));
    decline.set_document(project.ToBytes());
    decline.add_reason()->set_text("k\xc4\x81o: too wide for us");
    PutBeside(orgs[3],
              SignDocument(kinds::kDecline, decline.SerializeAsString(), {&orgs[3].board[2]}));
  }

  // What the key helped to loosen is met with what stood before.
  void RevokeAKey() {
    Later();
    const TestOrg& org = orgs[0];
    SetPolicy(org, WithThreshold(50));
    crypto::MerkleTree tree;
    for (const auto& entry : logs[org.id].entries) tree.Append(entry.document->id.view());
    v1::OwnerPolicy wider;
    wider.set_dataset("cases");
    *wider.mutable_rule() = WithThreshold(10);
    Issue(org, kinds::kOwnerPolicy, PolicyChain("cases"), wider, {&org.board[1], &org.board[2]});
    Later();
    const RevocationDraft draft = {org.id, org.board[2].public_key(), tree.size(), tree.Root(),
                                   v1::STOP_KEY};
    PutBeside(org, SignDocument(kinds::kRevocation, *DraftRevocation(draft, random, now),
                                {&org.board[0], &org.board[1]}));
  }

  void Decide3(uint64_t version, const DocId& id) {
    for (int i = 0; i < 3; ++i) Approve(orgs[i], version, id);
  }

  // One goes, another comes and is suspended.
  void LeaveAndJoin() {
    Later();
    governance::TestCommons::Leave(orgs[3]);
    Push(fifth_.id, fifth_.card);
    TellAddress(fifth_, *fifth_.steward);  // which counts for nothing
    v1::Resolution change;
    change.add_departures(orgs[3].id.ToBytes());
    *change.add_items()->mutable_membership()->mutable_admit() = fifth_.card;
    Later();
    Decide3(4, ProposeAs(orgs[1], change));
    Later();
    SetPolicy(fifth_, OwnerRule());
    v1::Resolution suspension;
    suspension.add_items()->mutable_membership()->set_suspend(fifth_.id.ToBytes());
    Decide3(5, ProposeAs(orgs[0], suspension));
    Later();
    Approve(orgs[1], 6, ProposeAs(orgs[0], Floor(12)));
  }

  // Too few signatures, another commons, a step left out, somebody unknown.
  void GoWrong() {
    Later();
    const TestOrg& org = orgs[0];
    v1::OwnerPolicy policy;
    policy.set_dataset("visits");
    *policy.mutable_rule() = OwnerRule();
    Issue(org, kinds::kOwnerPolicy, PolicyChain("visits"), policy, {&org.board[0]});
    *policy.mutable_header() = NextHeader(Fold(), org.id, PolicyChain("visits"), now);
    policy.mutable_header()->set_commons_id(std::string(32, 'c'));
    Put(org, kinds::kOwnerPolicy, policy.SerializeAsString(), Board(org));
    *policy.mutable_header() = NextHeader(Fold(), org.id, PolicyChain("visits"), now);
    policy.mutable_header()->set_version(2);
    policy.mutable_header()->add_prev(std::string(32, 'p'));
    Put(org, kinds::kOwnerPolicy, policy.SerializeAsString(), Board(org));
    const TestOrg stranger = NewOrg("stranger");
    Push(stranger.id, stranger.card);
  }

  // Two histories: what widens from then on never matures.
  void ForkALog() {
    Later();
    logs[orgs[2].id].forked_at = now;
    Later();
    SetPolicy(orgs[2], WithThreshold(6));
  }

  const crypto::SigningKey x_, y_;
  const TestOrg fifth_;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_GOLDEN_COMMONS_FOR_TEST_H_
