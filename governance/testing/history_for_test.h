// For tests: a commons in which rules, agreements and stops are said at random, some of them by too
// few; with a model of its own of what may open something, and when.
#ifndef COMMONS_GOVERNANCE_TESTING_HISTORY_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_HISTORY_FOR_TEST_H_

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/rule_order_for_test.h"
#include "governance/testing/stops_for_test.h"

namespace commons::governance {

// Three organisations, each with a board of 2 of 3. The first two seats stay on every card.
class History {
 public:
  static constexpr absl::Duration kDay = absl::Hours(24);
  static constexpr absl::Duration kCoolingOff = absl::Hours(240);
  using ChainOf = std::pair<OrgId, std::string>;  // OrgId(): the common rules

  explicit History(const std::string& seed)
      : random_(seed),
        commons({.seats = 3, .board_k = 2, .cooling_off = kCoolingOff, .seed = seed}) {
    commons.Found();
    SayCommonRules(TestCommons::FloorRule());
    Accredit(true);
    commons.SetProject(commons.orgs[0], commons.CasesProject());
    commons.now += 2 * kCoolingOff;
  }

  // Something is said, or tried, now.
  void Say() {
    switch (random_.Below(14)) {
      case 0:
        return SayCommonRules(AnyFloor());
      case 1:
      case 2:
        return Freeze();
      case 3:
      case 4:
        return Lift();
      case 5:
        return NextCardOf(AnyOrg());
      case 6:
        return Accredit(random_.Below(5) != 0);
      case 7:
        return ApproveProject(random_.Below(5) != 0);
      default:
        return SayRules(random_.Below(5) != 0);
    }
  }
  void Wait() { commons.now += absl::Hours(12) * static_cast<int>(1 + random_.Below(12)); }

  // Whether something of the chain that enough have signed has waited long enough in (from, to].
  bool Matured(const ChainOf& chain, absl::Time from, absl::Time to) const {
    const auto found = chains_.find(chain);
    return found != chains_.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](const Version& version) {
             return from < version.matured_at && version.matured_at <= to;
           });
  }
  // Lifts that enough have signed.
  size_t lifts() const { return lifts_; }

 private:
  struct Version {
    absl::Time matured_at;
    absl::Duration own;
  };

  const TestOrg& AnyOrg() { return commons.orgs[random_.Below(commons.orgs.size())]; }
  TestCommons::Keys Signers(const TestOrg& org, bool enough) {
    return TestCommons::Board(org, enough ? 2 : 1);
  }
  int64_t AnyEnd() {
    if (random_.Below(4) != 0) return 0;
    return absl::ToUnixSeconds(commons.now + kDay * static_cast<int>(1 + random_.Below(30)));
  }
  v1::Rule AnyRule() {
    v1::Rule rule = TestCommons::OwnerRule();
    for (const RuleField* field : RuleFields()) {
      if (random_.Below(5) == 0) RandomiseField(rule, *field, random_);
    }
    return rule;
  }
  v1::Rule AnyFloor() {
    v1::Rule rule = TestCommons::FloorRule();
    for (const RuleField* field : RuleFields()) {
      if (random_.Below(12) == 0) RandomiseField(rule, *field, random_);
    }
    return rule;
  }

  // When it matures, reckoned slowly: docs/decisions/0003-in-force.md.
  void Count(const ChainOf& chain, absl::Duration own = absl::ZeroDuration()) {
    std::vector<Version>& versions = chains_[chain];
    absl::Duration wait = std::max(kCoolingOff, own);
    for (auto each = versions.rbegin(); each != versions.rend(); ++each) {
      wait = std::max(wait, each->own);
      if (each->matured_at <= commons.now) break;
    }
    versions.push_back({commons.now + wait, own});
  }

  void SayCommonRules(const v1::Rule& rule) {
    v1::Resolution resolution = TestCommons::CommonRules();
    *resolution.mutable_items(1)->mutable_policy()->mutable_rule() = rule;
    commons.Resolve(resolution);
    Count({OrgId(), "policy"});
  }
  void SayRules(bool enough) {
    const TestOrg& org = AnyOrg();
    v1::OwnerPolicy policy;
    policy.set_dataset(random_.Below(3) == 0 ? "" : "cases");
    *policy.mutable_rule() = AnyRule();
    policy.set_open_describes_no_protected_records(random_.Below(3) != 0);
    const absl::Duration own = kDay * static_cast<int>(20 * random_.Below(3));
    policy.set_cooling_off_seconds(absl::ToInt64Seconds(own));
    const std::string chain = PolicyChain(policy.dataset());
    commons.Issue(org, kinds::kOwnerPolicy, chain, policy, Signers(org, enough), AnyEnd());
    if (enough) Count({org.id, chain}, own);
  }
  void Accredit(bool enough) {
    const TestOrg& org = commons.orgs[0];
    v1::Accreditation accreditation;
    accreditation.set_researcher(commons.researcher.public_key().ToBytes());
    commons.Issue(org, kinds::kAccreditation, AccreditationChain(commons.researcher.public_key()),
                  accreditation, Signers(org, enough), AnyEnd());
    if (enough) Count({org.id, "accreditation"});
  }
  void ApproveProject(bool enough) {
    const TestOrg& org = AnyOrg();
    v1::ProjectApproval approval;
    approval.set_project(commons.project.ToBytes());
    approval.set_yes(random_.Below(3) != 0);
    commons.Issue(org, kinds::kProjectApproval, ProjectApprovalChain(commons.project), approval,
                  Signers(org, enough), AnyEnd());
    if (enough) Count({org.id, "approval"});
  }

  StopMaker Stop() { return {commons.commons_id, random_, commons.now}; }
  void Freeze() {
    const TestOrg& org = AnyOrg();
    const v1::Scope scope = random_.Below(2) == 0 ? ScopeOfAll() : ScopeOfDataset("cases");
    freezes_.emplace_back(org.id, Stop().Freeze(org.id, scope, {org.guardian.get()}));
    PutIntoSet(commons.logs[org.id], freezes_.back().second, commons.now);
  }
  void Lift() {
    const TestOrg& org = AnyOrg();
    const bool enough = random_.Below(4) != 0;
    std::vector<v1::Envelope> named;
    for (const auto& [owner, freeze] : freezes_) {
      if (owner == org.id && random_.Below(3) != 0) named.push_back(freeze);
    }
    if (named.empty()) return;
    PutIntoSet(commons.logs[org.id], Stop().Lift(org.id, named, Signers(org, enough)), commons.now);
    lifts_ += enough;
  }
  // Another third seat, another guardian.
  void NextCardOf(const TestOrg& org) {
    const auto third = commons.NewKey(), guardian = commons.NewKey();
    CardChanges changes{.seats = SeatsOf({&org.board[0], &org.board[1], &third})};
    changes.guardians = std::vector{org.guardian->public_key(), guardian.public_key()};
    commons.Push(org.id, SignedCard(NextCard(commons, org, changes), Signers(org, true)));
  }

  SeededRandom random_;
  std::map<ChainOf, std::vector<Version>> chains_;
  std::vector<std::pair<OrgId, v1::Envelope>> freezes_;
  size_t lifts_ = 0;

 public:
  TestCommons commons;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_HISTORY_FOR_TEST_H_
