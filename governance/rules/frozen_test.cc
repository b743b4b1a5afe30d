// What an owner stopped is refused, whoever asks, and nothing else is.
#include "governance/rules/frozen.h"

#include "governance/rules/decide.h"
#include "governance/testing/stops_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

struct Frozen : TestCommons {
  Frozen() : TestCommons({}) { Open(); }

  // What owner 1 says once it has stopped this.
  std::string With(const v1::Scope& scope, const AskRequest& ask) {
    const TestOrg& owner = orgs[1];
    const OrgLog before = logs[owner.id];
    PutIntoSet(logs[owner.id],
               StopMaker{commons_id, random}.Freeze(owner.id, scope, {owner.guardian.get()}), now);
    const Register reg = Fold();
    logs[owner.id] = before;
    EXPECT_EQ(Told(Decide(reg, orgs[2].id, ask, now).status()), "OK");  // the other owners
    return Told(Decide(reg, owner.id, ask, now).status());
  }
  std::string With(const v1::Scope& scope) { return With(scope, Ask()); }
};

TEST(Frozen, NothingIsStoppedByItself) {
  Frozen c;
  EXPECT_EQ(Told(Decide(c.Fold(), c.orgs[1].id, c.Ask(), c.now).status()), "OK");
}

TEST(Frozen, EverythingOrADataset) {
  Frozen c;
  EXPECT_EQ(c.With(ScopeOfAll()),
            "FROZEN: the owner has stopped everything: the records are wrong");
  EXPECT_EQ(c.With(ScopeOfDataset("cases")),
            "FROZEN: the owner has stopped the dataset 'cases': the records are wrong");
  EXPECT_EQ(c.With(ScopeOfDataset("visits")), "OK");
}

TEST(Frozen, APurpose) {
  Frozen c;
  v1::Scope scope;
  scope.set_purpose("health");
  EXPECT_EQ(c.With(scope),
            "FROZEN: the owner has stopped the purpose 'health': the records are wrong");
  scope.set_purpose("roads");
  EXPECT_EQ(c.With(scope), "OK");
}

TEST(Frozen, ARequester) {
  Frozen c;
  v1::Scope scope;
  scope.set_requester(c.orgs[0].id.ToBytes());
  EXPECT_EQ(c.With(scope),
            "FROZEN: the owner has stopped questions of org-0: the records are wrong");
  scope.set_requester(c.orgs[2].id.ToBytes());
  EXPECT_EQ(c.With(scope), "OK");
  scope.set_requester(c.researcher.public_key().ToBytes());
  EXPECT_EQ(c.With(scope).substr(0, 6), "FROZEN");
  scope.set_requester(c.NewKey().public_key().ToBytes());
  EXPECT_EQ(c.With(scope), "OK");
}

// Whatever version of it is in force.
TEST(Frozen, AProject) {
  Frozen c;
  v1::Scope scope;
  scope.mutable_project()->set_issuer(c.orgs[0].id.ToBytes());
  scope.mutable_project()->set_name("survey");
  EXPECT_EQ(c.With(scope),
            "FROZEN: the owner has stopped the project 'survey' of org-0: the records are wrong");
  c.SetProject(c.orgs[0], c.CasesProject());
  for (const TestOrg& org : c.orgs) c.ApproveProject(org);
  EXPECT_EQ(c.With(scope, c.Ask()).substr(0, 6), "FROZEN");
  scope.mutable_project()->set_name("census");
  EXPECT_EQ(c.With(scope), "OK");
  scope.mutable_project()->set_name("survey");
  scope.mutable_project()->set_issuer(c.orgs[2].id.ToBytes());
  EXPECT_EQ(c.With(scope), "OK");
}

TEST(Frozen, ForAllIsWhatStopsADatasetForEverybody) {
  Frozen c;
  const TestOrg& owner = c.orgs[1];
  const auto closes = [&](const v1::Scope& scope) {
    const OrgLog before = c.logs[owner.id];
    PutIntoSet(c.logs[owner.id],
               StopMaker{c.commons_id, c.random}.Freeze(owner.id, scope, {owner.guardian.get()}),
               c.now);
    const Register reg = c.Fold();
    c.logs[owner.id] = before;
    return FrozenForAll(reg, owner.id, "cases") != nullptr;
  };
  v1::Scope purpose;
  purpose.set_purpose("health");
  EXPECT_TRUE(closes(ScopeOfAll()));
  EXPECT_TRUE(closes(ScopeOfDataset("cases")));
  EXPECT_FALSE(closes(ScopeOfDataset("visits")));
  EXPECT_FALSE(closes(purpose));
}

}  // namespace
}  // namespace commons::governance
