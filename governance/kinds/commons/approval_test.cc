#include "governance/kinds/commons/approval.h"

#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(ApprovalKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Open();
  ExpectRefusals<v1::Approval>(
      kApprovalKind, PayloadOf<v1::Approval>(c, kApprovalKind),
      {
          {[](auto& p) { p.mutable_header()->set_chain("approval/1/1"); }, v1::MALFORMED,
           "chain must be 'approval/2/1'"},
          {[](auto& p) { p.set_version(0), p.mutable_header()->set_chain("approval/0/1"); },
           v1::MALFORMED, "approval: version and ballot start at 1"},
          {[](auto& p) { p.set_ballot(0), p.mutable_header()->set_chain("approval/2/0"); },
           v1::MALFORMED, "approval: version and ballot start at 1"},
          {[](auto& p) {
             p.mutable_header()->set_version(2), p.mutable_header()->add_prev(std::string(32, 'p'));
           },
           v1::MALFORMED, "approval: one statement per version and ballot"},
          {[](auto& p) { p.set_document("short"); }, v1::MALFORMED,
           "approval: document is not a document id"},
      });
}

TEST(ApprovalKind, ANoMayNameNoDocumentAndAnyBallot) {
  const TestCommons c({});
  v1::Approval no = MakeApproval(c.commons_id, c.orgs[0].id, 7, DocId(), false, c.now, 3);
  EXPECT_TRUE(ParseAs(kApprovalKind, no.SerializeAsString()).ok());
}

TEST(ApprovalKind, DraftSaysWhatIsApproved) {
  TestCommons c({});
  const ApprovalDraft draft{c.commons_id, 3, 1, IdOf(c.charter), false};
  v1::Approval approval;
  ASSERT_TRUE(approval.ParseFromString(DraftApproval(draft, c.orgs[1].id, c.now)));
  EXPECT_TRUE(ParseAs(kApprovalKind, approval.SerializeAsString()).ok());
  EXPECT_EQ(approval.header().issuer(), c.orgs[1].id.view());
  EXPECT_EQ(approval.document(), IdOf(c.charter).view());
  EXPECT_EQ(approval.version(), 3u);
  EXPECT_FALSE(approval.yes());
}

}  // namespace
}  // namespace commons::governance
