#include "governance/kinds/merge.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "governance/document/payload_types.h"
#include "governance/kinds/open_document.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

class Merge : public testing::Test {
 protected:
  Merge() : c_({.orgs = 1, .seats = 3, .board_k = 2}) {
    v1::OwnerPolicy policy;
    policy.set_dataset("cases");
    *policy.mutable_rule() = TestCommons::OwnerRule();
    c_.Found();
    c_.Issue(c_.orgs[0], kinds::kOwnerPolicy, PolicyChain("cases"), policy, {});
    draft_ = c_.logs[c_.orgs[0].id].entries.back().document->envelope;
  }

  v1::RuleFile SignedBy(const std::vector<int>& seats) const {
    v1::RuleFile rules;
    *rules.add_envelopes() = draft_;
    for (const int seat : seats) {
      AddSignature(*rules.mutable_envelopes(0), c_.orgs[0].board[static_cast<size_t>(seat)]);
    }
    return rules;
  }
  static size_t Signers(const absl::StatusOr<v1::RuleFile>& merged) {
    return merged.ok() ? OpenDocument(merged->envelopes(0))->signers.size() : 0;
  }

  TestCommons c_;
  v1::Envelope draft_;
};

TEST_F(Merge, HasEverySignatureOnceWhateverTheOrder) {
  std::vector<v1::RuleFile> files = {SignedBy({2}), SignedBy({0, 1}), SignedBy({}), SignedBy({1})};
  std::vector<size_t> order = {0, 1, 2, 3};
  std::set<std::string> results;
  do {
    std::vector<v1::RuleFile> in_order;
    for (const size_t i : order) in_order.push_back(files[i]);
    const auto merged = MergeRules(in_order);
    ASSERT_TRUE(merged.ok()) << merged.status();
    ASSERT_EQ(merged->envelopes_size(), 1);
    EXPECT_EQ(merged->envelopes(0).signatures_size(), 3);
    results.insert(merged->SerializeAsString());
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(results.size(), 1u);
}

TEST_F(Merge, NamesTwoThatAreForOnePlace) {
  v1::RuleFile rules = SignedBy({0});
  EXPECT_TRUE(RivalsIn(rules).empty());
  v1::OwnerPolicy other;
  ASSERT_TRUE(other.ParseFromString(draft_.payload()));
  other.mutable_rule()->set_threshold(20);
  *rules.add_envelopes() = SignDocument(kinds::kOwnerPolicy, other.SerializeAsString(), {});
  const std::vector<std::string> rivals = RivalsIn(rules);
  ASSERT_EQ(rivals.size(), 1u);
  EXPECT_NE(rivals[0].find("2 documents that differ are version 1 of the same (our rules)"),
            std::string::npos);
  EXPECT_NE(rivals[0].find(IdOf(draft_).ToHex().substr(0, 16)), std::string::npos);
  other.mutable_header()->set_version(2);
  other.mutable_header()->add_prev(std::string(32, 'p'));
  *rules.mutable_envelopes(1) = SignDocument(kinds::kOwnerPolicy, other.SerializeAsString(), {});
  EXPECT_TRUE(RivalsIn(rules).empty());
}

TEST_F(Merge, LeavesInvalidSignaturesBehind) {
  v1::RuleFile forged = SignedBy({0});
  v1::Signature& copy = *forged.mutable_envelopes(0)->add_signatures();
  copy.set_key(c_.orgs[0].board[1].public_key().ToBytes());
  copy.set_signature(forged.envelopes(0).signatures(0).signature());
  const auto merged = MergeRules({forged, SignedBy({2})});
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ(merged->envelopes(0).signatures_size(), 2);
  EXPECT_EQ(Signers(merged), 2u);
}

TEST_F(Merge, KeepsDocumentsThatDifferApart) {
  v1::RuleFile other = SignedBy({1});
  v1::OwnerPolicy changed;
  changed.ParseFromString(draft_.payload());
  changed.mutable_rule()->set_threshold(9);
  other.mutable_envelopes(0)->set_payload(changed.SerializeAsString());
  const auto merged = MergeRules({SignedBy({0}), other});
  ASSERT_TRUE(merged.ok());
  EXPECT_EQ(merged->envelopes_size(), 2);
}

TEST_F(Merge, RefusesMoreThanFitsAndInvitationsThatDiffer) {
  v1::RuleFile crowded = SignedBy({}), more = SignedBy({});
  for (int i = 0; i < 40; ++i) {
    AddSignature(*crowded.mutable_envelopes(0), c_.NewKey());
    AddSignature(*more.mutable_envelopes(0), c_.NewKey());
  }
  EXPECT_EQ(Told(MergeRules({crowded, more}).status()),
            "MALFORMED: all the signatures together do not fit in one document");
  v1::RuleFile one, two;
  one.mutable_invitation()->set_version(1);
  two.mutable_invitation()->set_version(2);
  EXPECT_TRUE(MergeRules({one, one}).ok());
  EXPECT_EQ(Told(MergeRules({one, two}).status()),
            "MALFORMED: two invitations that differ; keep them apart");
  v1::RuleFile unknown;
  unknown.add_envelopes()->set_payload_type("commons/unheard-of/1");
  EXPECT_EQ(Told(MergeRules({unknown}).status()),
            "UNKNOWN_KIND: unknown kind 'commons/unheard-of/1'");
}

}  // namespace
}  // namespace commons::governance
