#include "governance/kinds/research/project.h"

#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(ProjectKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Open();
  ExpectRefusals<v1::Project>(
      kProjectKind, PayloadOf<v1::Project>(c, kProjectKind),
      {
          {[](auto& p) { p.set_name("other"); }, v1::MALFORMED, "chain must be 'project/other'"},
          {[](auto& p) { p.set_name(""), p.mutable_header()->set_chain("project/"); },
           v1::MALFORMED, "project: name"},
          {[](auto& p) { p.clear_researchers(); }, v1::MALFORMED, "project: no researcher"},
          {[](auto& p) { p.add_researchers("short"); }, v1::MALFORMED,
           "project: a researcher's key is not 32 bytes"},
          {[](auto& p) { p.set_outcome_due(-1); }, v1::MALFORMED, "project: outcome_due"},
      });
}

TEST(ProjectKind, DraftSaysWhoAsksWhatOfWhom) {
  TestCommons c({});
  c.Open();
  ProjectDraft draft;
  draft.name = "second";
  draft.question = "how many?";
  draft.legal_basis = "consent";
  draft.purposes = {"health"};
  draft.datasets = {"cases"};
  draft.researchers = {c.researcher.public_key()};
  v1::Project project;
  ASSERT_TRUE(project.ParseFromString(DraftProject(c.Fold(), c.orgs[1].id, draft, c.now)));
  EXPECT_TRUE(ParseAs(kProjectKind, project.SerializeAsString()).ok());
  ASSERT_EQ(project.question_size(), 1);
  EXPECT_EQ(project.question(0).text(), "how many?");
  EXPECT_EQ(project.benefit_size(), 0);  // not said
  EXPECT_EQ(project.legal_basis(), "consent");
  EXPECT_EQ(project.purposes(0), "health");
  EXPECT_EQ(project.datasets(0), "cases");
  EXPECT_EQ(project.researchers(0), c.researcher.public_key().view());
}

}  // namespace
}  // namespace commons::governance
