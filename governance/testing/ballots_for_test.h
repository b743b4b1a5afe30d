// For tests: a commons of three that votes, and what it votes on.
#ifndef COMMONS_GOVERNANCE_TESTING_BALLOTS_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_BALLOTS_FOR_TEST_H_

#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {

inline v1::Resolution RulesOf(uint32_t threshold = 6) {
  v1::Resolution r;
  *r.add_items() = TestCommons::CommonRules().items(1);
  r.mutable_items(0)->mutable_policy()->mutable_rule()->set_threshold(threshold);
  return r;
}
inline v1::Resolution Suspend(const OrgId& org) {
  v1::Resolution r;
  r.add_items()->mutable_membership()->set_suspend(org.ToBytes());
  return r;
}
inline v1::Resolution Admit(const TestOrg& org) {
  v1::Resolution r;
  *r.add_items()->mutable_membership()->mutable_admit() = org.card;
  return r;
}
inline v1::Resolution Departure(const OrgId& org) {
  v1::Resolution r;
  r.add_departures(org.ToBytes());
  return r;
}

class Voting : public testing::Test {
 protected:
  Voting() { c.Found(); }
  explicit Voting(const TestCommons::Options& options) : c(options) { c.Found(); }

  // Two proposals with one yes each: nothing can be decided in this ballot any more.
  void Split() {
    rivals[0] = c.Propose(RulesOf(7));
    rivals[1] = c.Propose(RulesOf(8));
    for (int i = 0; i < 2; ++i) c.Approve(c.orgs[i], 2, rivals[i]);
  }
  uint64_t Version() const { return c.Fold().commons_version(); }

  TestCommons c{{}};
  DocId rivals[2];
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_BALLOTS_FOR_TEST_H_
