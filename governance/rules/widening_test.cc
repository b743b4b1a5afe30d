// What opens something is one of two: a version that enough have signed and that has waited its
// cooling-off, or a lift of the board. Random histories are walked in steps of time; the model of
// what has waited long enough is the test's own. Seen to fail where rules that have ended, rules
// that wait and half a floor opened something.
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "governance/document/refusal.h"
#include "governance/rules/frozen.h"
#include "governance/rules/rule_in_force.h"
#include "governance/testing/history_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

constexpr char kDataset[] = "cases";

// Of one owner.
struct View {
  std::optional<v1::Rule> rule;  // nothing: closed
  bool frozen = false, approved = false;
};
struct All {
  std::map<OrgId, View> owners;
  bool accredited = false;
};

All See(const TestCommons& c) {
  const Register reg = c.Fold();
  All all;
  for (const TestOrg& org : c.orgs) {
    View& view = all.owners[org.id];
    const auto rule = RuleInForce(reg, org.id, kDataset, c.now);
    if (rule.ok()) view.rule = rule->rule;
    // A purpose must be allowed by name (Decide).
    if (view.rule && view.rule->purposes().empty()) view.rule->add_purposes("");
    view.frozen = FrozenForAll(reg, org.id, kDataset) != nullptr;
    view.approved = reg.ProjectApprovalBy(org.id, c.project, c.now).has_value();
  }
  all.accredited = reg.AccreditationOf(c.researcher.public_key(), c.now).has_value();
  return all;
}

// What `to` allows and `from` does not; "" nothing.
std::string Wider(const std::optional<v1::Rule>& from, const std::optional<v1::Rule>& to) {
  if (!to) return "";
  return from ? WiderIn(*from, *to) : "closed before";
}

struct Counts {
  int opened = 0, widened = 0, narrowed = 0, lifted = 0, expired = 0, approved = 0;
};

class Walk {
 public:
  explicit Walk(const std::string& seed) : history_(seed) {}

  void Go(int steps, Counts& counts) {
    All before = See(history_.commons);
    for (int step = 0; step < steps; ++step) {
      const size_t lifts = history_.lifts();
      history_.Say();
      const All said = See(history_.commons);
      Check(before, said, history_.lifts() > lifts, counts);
      from_ = history_.commons.now;
      history_.Wait();
      before = See(history_.commons);
      Check(said, before, false, counts);
      from_ = history_.commons.now;
      if (testing::Test::HasFailure()) return;
    }
  }

 private:
  bool Matured(const OrgId& owner, const std::string& chain) const {
    return history_.Matured({owner, chain}, from_, history_.commons.now);
  }
  bool RuleMatured(const OrgId& owner) const {
    return Matured(OrgId(), "policy") || Matured(owner, PolicyChain("")) ||
           Matured(owner, PolicyChain(kDataset));
  }

  void Check(const All& before, const All& after, bool lifted, Counts& counts) const {
    const OrgId& vouches = history_.commons.orgs[0].id;
    EXPECT_TRUE(before.accredited || !after.accredited || Matured(vouches, "accreditation"));
    for (const auto& [owner, now] : after.owners) {
      const View& was = before.owners.at(owner);
      EXPECT_TRUE(!was.frozen || now.frozen || lifted);
      EXPECT_TRUE(was.approved || !now.approved || Matured(owner, "approval"));
      const std::string wider = Wider(was.rule, now.rule);
      EXPECT_TRUE(wider.empty() || RuleMatured(owner)) << wider;
      counts.opened += !was.rule && now.rule;
      counts.widened += was.rule && now.rule && !wider.empty();
      counts.narrowed += was.rule && now.rule && !Wider(now.rule, was.rule).empty();
      counts.lifted += was.frozen && !now.frozen;
      counts.approved += !was.approved && now.approved;
      counts.expired += was.rule && !now.rule;
    }
  }

  History history_;
  absl::Time from_ = TestCommons::Start();
};

TEST(Widening, OnlyWhatMaturedOrWasLiftedOpens) {
  Counts counts;
  for (int seed = 0; seed < 40 && !HasFailure(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Walk(absl::StrCat("widening ", seed)).Go(60, counts);
  }
  std::cout << "seeds: widening 0 to 39; opened " << counts.opened << ", widened " << counts.widened
            << ", narrowed " << counts.narrowed << ", closed " << counts.expired << ", lifted "
            << counts.lifted << ", approved " << counts.approved << "\n";
  EXPECT_GT(counts.opened, 100);
  EXPECT_GT(counts.widened, 100);
  EXPECT_GT(counts.narrowed, 100);
  EXPECT_GT(counts.expired, 50);
  EXPECT_GT(counts.lifted, 50);
  EXPECT_GT(counts.approved, 50);
}

}  // namespace
}  // namespace commons::governance
