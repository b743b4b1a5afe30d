#include "governance/kinds/research/project_approval.h"

#include "absl/strings/str_cat.h"
#include "governance/document/chains.h"
#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(ProjectApprovalKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Open();
  const std::string wrong_chain = absl::StrCat(
      "chain must be '", ProjectApprovalChain(*DocId::FromBytes(std::string(32, 'p'))), "'");
  ExpectRefusals<v1::ProjectApproval>(kProjectApprovalKind,
                                      PayloadOf<v1::ProjectApproval>(c, kProjectApprovalKind),
                                      {
                                          {[](auto& p) { p.set_project("short"); }, v1::MALFORMED,
                                           "project approval: project is not a document id"},
                                          {[](auto& p) { p.set_project(std::string(32, 'p')); },
                                           v1::MALFORMED, wrong_chain.c_str()},
                                      });
}

TEST(ProjectApprovalKind, DraftIsAYes) {
  TestCommons c({});
  c.Open();
  v1::ProjectApproval approval;
  ASSERT_TRUE(
      approval.ParseFromString(DraftProjectApproval(c.Fold(), c.orgs[1].id, c.project, c.now)));
  EXPECT_TRUE(ParseAs(kProjectApprovalKind, approval.SerializeAsString()).ok());
  EXPECT_EQ(approval.project(), c.project.view());
  EXPECT_EQ(approval.header().version(), 2u);  // after the yes of the open commons
  EXPECT_TRUE(approval.yes());
}

}  // namespace
}  // namespace commons::governance
