#include "query/question/owners.h"

#include <string>
#include <vector>

#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

std::vector<std::string> NamesOf(const std::vector<const governance::Organisation*>& members) {
  std::vector<std::string> names;
  names.reserve(members.size());
  for (const auto* member : members) names.push_back(member->name);
  return names;
}

TEST(OwnersTest, EachOtherMemberIsNamedWithWhy) {
  governance::TestCommons c({});
  c.Found();
  c.Resolve(c.CommonRules());
  c.SetManifest(c.orgs[0], c.CasesManifest(2), c.Board(c.orgs[0]));
  c.SetManifest(c.orgs[1], c.CasesManifest(0), c.Board(c.orgs[1]));
  const governance::Register reg = c.Fold();
  EXPECT_EQ(NamesOf(OwnersOf(reg, "cases")), (std::vector<std::string>{"org-0"}));
  const auto others = NotHoldingOf(reg, "cases");
  ASSERT_EQ(others.size(), 2u);
  EXPECT_EQ(others[0].member(), "org-1");
  EXPECT_EQ(others[0].why(), "holds it no more");
  EXPECT_EQ(others[1].member(), "org-2");
  EXPECT_EQ(others[1].why(), "no notice of holdings in force");
  EXPECT_EQ(NotHoldingWords(others),
            "no notice of holdings in force: org-2; holds it no more: org-1");
  EXPECT_EQ(NotHoldingWords({}), "");
}

TEST(OwnersTest, ASentenceNamesTheFirstFew) {
  std::vector<v1::NotHolding> many(12);
  for (size_t i = 0; i < many.size(); ++i) {
    many[i].set_member(absl::StrCat("m", i));
    many[i].set_why("why");
  }
  EXPECT_EQ(NotHoldingWords(many), "why: m0, m1, m2, m3, m4, m5, m6, m7, m8, m9 and 2 more");
}

TEST(OwnersTest, AnAnswerARefusalAndAnExplanationNameThem) {
  testing::Federation f(testing::Generous(4));
  f.SetNotice(3, 0);
  const std::string name = f.nodes[3]->name, sql = "SELECT COUNT(*) FROM visits";
  const v1::Answer answer = f.Ask(sql);
  ASSERT_FALSE(answer.has_refusal()) << answer.refusal().ShortDebugString();
  EXPECT_EQ(answer.members_size(), 3) << "who was asked";
  ASSERT_EQ(answer.not_holding_size(), 1);
  EXPECT_EQ(answer.not_holding(0).member(), name);
  const v1::ExplainReply explained = f.nodes[0]->asker->Explain(f.Request(sql));
  ASSERT_EQ(explained.not_holding_size(), 1);
  EXPECT_EQ(explained.not_holding(0).why(), "holds it no more");

  f.SetNotice(2, 0);
  const v1::Answer refused = f.Ask(sql);
  EXPECT_EQ(refused.refusal().reason(), v1::TOO_FEW_MEMBERS);
  EXPECT_EQ(refused.refusal().message(),
            absl::StrCat("fewer than 3 members would answer; ", f.nodes[0]->name,
                         ": TOO_FEW_MEMBERS; ", f.nodes[1]->name, ": TOO_FEW_MEMBERS; ",
                         "holds it no more: ", f.nodes[2]->name, ", ", name));
  EXPECT_EQ(refused.not_holding_size(), 2);

  f.SetNotice(0, 0);
  f.SetNotice(1, 0);
  const v1::Answer nobody = f.Ask(sql);
  EXPECT_EQ(nobody.refusal().reason(), v1::NO_DATA);
  EXPECT_EQ(nobody.refusal().message().find("visits: no member holds it; holds it no more: "), 0u)
      << nobody.refusal().message();
}

}  // namespace
}  // namespace commons::query
