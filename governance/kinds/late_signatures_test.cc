// A document that comes again with more signatures: which of them it keeps.
#include "governance/kinds/late_signatures.h"

#include <string>

#include "base/limits.h"
#include "governance/document/chains.h"
#include "governance/kinds/open_document.h"
#include "governance/register/next_header.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

constexpr char kNothingNew[] = "UNDER_SIGNED: a document again, without a new signature";

// Org 1's rules with the signature of its first seat alone; and again, with others.
class LateSignaturesTest : public testing::Test {
 protected:
  LateSignaturesTest() : c({.seats = 3, .board_k = 2}), org(c.orgs[1]) {
    c.Open();
    payload = c.logs[org.id].entries[LastPolicy()].document->envelope.payload();
    card = OpenDocument(org.card)->As<v1::OrgRoot>();
  }
  size_t LastPolicy() {
    const auto& entries = c.logs[org.id].entries;
    for (size_t i = entries.size(); i-- > 0;) {
      if (entries[i].document->kind() == kinds::kOwnerPolicy) return i;
    }
    ADD_FAILURE() << "no rules";
    return 0;
  }
  Document Signed(const TestCommons::Keys& keys) {
    return *OpenDocument(SignDocument(kinds::kOwnerPolicy, payload, keys));
  }
  std::string Merged(const Document& again, const Document& first) {
    const auto merged = WithSignaturesOf(again, card, first);
    if (!merged.ok()) return Told(merged.status());
    EXPECT_EQ(merged->id, first.id);
    EXPECT_EQ(Told(OpenDocument(merged->envelope).status()), "OK");
    EXPECT_EQ(OpenDocument(merged->envelope)->signers, merged->signers);
    return absl::StrCat(merged->signers.size(), " signers, ", merged->envelope.signatures_size(),
                        " signatures");
  }

  TestCommons c;
  const TestOrg& org;
  std::string payload;
  v1::OrgRoot card;
};

TEST_F(LateSignaturesTest, TheBoardsAreAdded) {
  const Document first = Signed({&org.board[0]});
  EXPECT_EQ(Merged(Signed({&org.board[1]}), first), "2 signers, 2 signatures");
  EXPECT_EQ(Merged(Signed({&org.board[0], &org.board[1], &org.board[2]}), first),
            "3 signers, 3 signatures");
  EXPECT_EQ(Merged(first, first), kNothingNew);
  EXPECT_EQ(Merged(Signed({}), first), kNothingNew);
}

TEST_F(LateSignaturesTest, EveryKeyThatMayCountIsKept) {
  const Document first = Signed({&org.board[0]});
  EXPECT_EQ(Merged(Signed({org.steward.get(), org.node.get()}), first), "3 signers, 3 signatures");
  EXPECT_EQ(Merged(Signed({org.guardian.get()}), first), "2 signers, 2 signatures");
}

// Anybody may sign anything: what counts for nothing would make another's document grow.
TEST_F(LateSignaturesTest, WhatCountsForNothingIsNot) {
  const Document first = Signed({&org.board[0]});
  const crypto::SigningKey stranger = c.NewKey();
  EXPECT_EQ(Merged(Signed({&stranger}), first), kNothingNew);
  EXPECT_EQ(Merged(Signed(c.Board(c.orgs[0])), first), kNothingNew);
  EXPECT_EQ(Merged(Signed({org.tls.get(), org.witness.get()}), first), kNothingNew);
  EXPECT_EQ(Merged(Signed({&stranger, &org.board[1]}), first), "2 signers, 2 signatures");
}

TEST_F(LateSignaturesTest, AWrongSignatureIsNot) {
  v1::Envelope again = Signed({&org.board[1]}).envelope;
  again.mutable_signatures(0)->mutable_signature()->front() ^= 1;
  EXPECT_EQ(Merged(*OpenDocument(again), Signed({&org.board[0]})), kNothingNew);
}

TEST_F(LateSignaturesTest, AProjectsResearchersCount) {
  const crypto::SigningKey second = c.NewKey();
  v1::Project p = c.CasesProject();
  p.add_researchers(second.public_key().ToBytes());
  *p.mutable_header() = NextHeader(c.Fold(), org.id, ProjectChain("survey"), c.now);
  const auto project = [&](const TestCommons::Keys& keys) {
    return *OpenDocument(SignDocument(kinds::kProject, p.SerializeAsString(), keys));
  };
  EXPECT_EQ(Merged(project({&c.researcher}), project({})), "1 signers, 1 signatures");
  EXPECT_EQ(Merged(project({&second}), project({})), "1 signers, 1 signatures");
  EXPECT_EQ(Merged(Signed({&c.researcher}), Signed({})), kNothingNew);  // of rules they do not
}

// What came first may be full of signatures that count for nothing.
TEST_F(LateSignaturesTest, ADocumentStaysWithinItsBounds) {
  Document first = Signed({&org.board[0]});
  while (first.envelope.signatures_size() < static_cast<int>(limits::kSignaturesPerEnvelope)) {
    *first.envelope.add_signatures() = first.envelope.signatures(0);
  }
  EXPECT_EQ(Merged(Signed({&org.board[1]}), first), "UNDER_SIGNED: no room for more signatures");
  first = Signed({&org.board[0]});
  std::string& wrong = *first.envelope.add_signatures()->mutable_signature();
  wrong.assign(limits::kDocumentBytes - first.envelope.ByteSizeLong() - 20, 'x');
  EXPECT_EQ(Merged(Signed({&org.board[1]}), first), "UNDER_SIGNED: no room for more signatures");
}

}  // namespace
}  // namespace commons::governance
