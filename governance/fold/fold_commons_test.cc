// What of the charter and the resolutions counts, and what is said of what does not.
#include <functional>
#include <string>

#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/open_document.h"
#include "governance/register/next_header.h"
#include "governance/register/register.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/problems_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

v1::Resolution Suspend(const std::string& org) {
  v1::Resolution r;
  r.add_items()->mutable_membership()->set_suspend(org);
  return r;
}
v1::Resolution Admit(const v1::Envelope& card) {
  v1::Resolution r;
  *r.add_items()->mutable_membership()->mutable_admit() = card;
  return r;
}
v1::Resolution Rules(v1::NoiseClass noise = v1::LIGHT) {
  v1::Resolution r;
  *r.add_items() = TestCommons::CommonRules().items(1);
  r.mutable_items(0)->mutable_policy()->mutable_rule()->set_noise(noise);
  return r;
}

TEST(Charter, IsEveryFounders) {
  TestCommons c({});
  const DocId id = c.Push(c.orgs[0].id, c.charter);
  for (int agreed = 0; agreed < 3; ++agreed) {
    EXPECT_EQ(
        ProblemOf(c.Fold(), id),
        absl::StrCat("UNDER_SIGNED: the charter has the approval of ", agreed, " of 3 founders"));
    EXPECT_FALSE(c.Fold().founded());
    c.Approve(c.orgs[agreed], 1, id);
  }
  EXPECT_EQ(ProblemOf(c.Fold(), id), "counts");
  EXPECT_TRUE(c.Fold().founded());
}

TEST(Charter, NeedsItsFoundersCardsWhole) {
  TestCommons c({.seats = 2, .board_k = 2});
  OrgLog& log = c.logs[c.orgs[2].id];
  // Every copy of the card lacks a signature, the one in the charter too.
  const auto strip = [](v1::Envelope& card) { card.mutable_signatures()->RemoveLast(); };
  v1::Charter charter;
  ASSERT_TRUE(charter.ParseFromString(c.charter.payload()));
  for (v1::Envelope& card : *charter.mutable_founder_cards()) {
    if (IdOf(card).view() == c.orgs[2].id.view()) strip(card);
  }
  v1::Envelope card = c.orgs[2].card;
  strip(card);
  log.entries[0].document = std::make_shared<const Document>(*OpenDocument(card));
  const DocId id =
      c.Push(c.orgs[0].id, SignDocument(kinds::kCharter, charter.SerializeAsString(), {}));
  const auto reg = FoldLogs(c.logs, crypto::Retype<CommonsId>(id));
  EXPECT_EQ(ProblemOf(reg, id), "UNDER_SIGNED: the card of 'org-2' lacks signatures");
  EXPECT_FALSE(reg.founded());
}

class ResolutionTest : public testing::Test {
 protected:
  ResolutionTest() : c({}) { c.Found(); }
  // What is said of a resolution that every member approved.
  std::string Said(const v1::Resolution& resolution) {
    const uint64_t version = c.Fold().commons_version();
    const DocId id = c.Resolve(resolution);
    const Register reg = c.Fold();
    const std::string said = ProblemOf(reg, id);
    EXPECT_EQ(reg.commons_version(), version + (said == "counts")) << said;
    return said;
  }
  // The card of a newcomer that its own board signed, changed before that.
  v1::Envelope Card(const std::function<void(v1::OrgRoot&)>& change) {
    const TestOrg fresh = c.NewOrg("fresh");
    v1::OrgRoot root;
    EXPECT_TRUE(root.ParseFromString(fresh.card.payload()));
    change(root);
    return SignDocument(kinds::kOrgRoot, root.SerializeAsString(), c.Board(fresh));
  }
  TestCommons c;
};

TEST_F(ResolutionTest, NeedsItsApprovals) {
  const DocId id = c.Propose(Rules());
  for (int approvals = 0; approvals < 3; ++approvals) {
    EXPECT_EQ(ProblemOf(c.Fold(), id), absl::StrCat("UNDER_SIGNED: version 2 has the approval of ",
                                                    approvals, " of 3 members, needs 3"));
    c.Approve(c.orgs[approvals], 2, id);
  }
  EXPECT_EQ(ProblemOf(c.Fold(), id), "counts");
}

TEST_F(ResolutionTest, ASuspendedMemberHasNoVote) {
  c.Resolve(Suspend(c.orgs[2].id.ToBytes()));
  const DocId id = c.Propose(Rules());
  c.Approve(c.orgs[0], 3, id);
  c.Approve(c.orgs[2], 3, id);
  EXPECT_EQ(ProblemOf(c.Fold(), id),
            "UNDER_SIGNED: version 3 has the approval of 1 of 2 members, needs 2");
  c.Approve(c.orgs[1], 3, id);
  EXPECT_EQ(ProblemOf(c.Fold(), id), "counts");
}

TEST_F(ResolutionTest, FollowsTheVersionBefore) {
  const auto said = [&](const std::function<void(v1::Header&)>& change) {
    v1::Resolution r = Rules();
    r.set_ballot(1);
    *r.mutable_header() = NextCommonsHeader(c.Fold(), c.orgs[0].id, c.now);
    change(*r.mutable_header());
    const DocId id =
        c.Push(c.orgs[0].id, SignDocument(kinds::kResolution, r.SerializeAsString(), {}));
    return ProblemOf(c.Fold(), id);
  };
  EXPECT_EQ(said([](v1::Header& h) { h.set_version(3); }),
            "OUT_OF_ORDER: version 3 does not follow version 1");
  EXPECT_EQ(said([](v1::Header& h) { h.set_prev(0, std::string(32, 'p')); }),
            "OUT_OF_ORDER: version 2 does not follow version 1");
  EXPECT_EQ(said([](v1::Header& h) { h.set_commons_id(std::string(32, 'c')); }),
            "WRONG_COMMONS: a resolution of another commons");
}

TEST_F(ResolutionTest, ANewcomerIsToldApartFromMembers) {
  const std::string taken = "MALFORMED: the name or a node's key of 'fresh' is another member's";
  const TestOrg& other = c.orgs[1];
  const auto alone = [&](const std::function<void(v1::OrgRoot&)>& change) {
    c.logs.clear();
    for (const TestOrg& org : c.orgs) c.Push(org.id, org.card);
    c.Found();
    return Said(Admit(Card(change)));
  };
  EXPECT_EQ(
      alone([&](auto& p) { p.mutable_node()->set_node_key(other.node->public_key().ToBytes()); }),
      taken);
  EXPECT_EQ(alone([&](auto& p) {  // as another of its keys
              p.mutable_node()->set_witness_key(other.tls->public_key().ToBytes());
            }),
            taken);
  EXPECT_EQ(alone([](auto& p) { p.set_practice(true); }),
            "PRACTICE_KEY: 'fresh' has practice keys");
  EXPECT_EQ(alone([](auto&) {}), "counts");
}

TEST_F(ResolutionTest, SuspendsMembersOnly) {
  EXPECT_EQ(Said(Suspend(std::string(32, 's'))),
            "NOT_A_MEMBER: a suspension of an organisation that is not a member");
}

// One bad item spoils the whole.
TEST_F(ResolutionTest, IsNeverHalfADecision) {
  v1::Resolution both = Rules();
  *both.add_items() = Admit(Card([](auto& p) { p.set_name("org-1"); })).items(0);
  EXPECT_EQ(Said(both), "MALFORMED: the name or a node's key of 'org-1' is another member's");
  EXPECT_TRUE(c.Fold().CommonsPolicies().versions.empty());
}

// From the moment when this node had the last approval that was needed, whoever came later.
TEST(Resolution, CoolsOffFromTheLastApprovalItNeeded) {
  TestCommons c({.orgs = 4, .cooling_off = absl::Hours(24)});
  c.Found();
  const DocId id = c.Propose(Rules());
  for (int i = 0; i < 4; ++i) {  // three of four are enough
    c.now += absl::Hours(1);
    c.Approve(c.orgs[i], 2, id);
  }
  const absl::Time third = c.now - absl::Hours(1);
  ASSERT_EQ(c.Fold().CommonsPolicies().versions.size(), 1u);
  EXPECT_EQ(c.Fold().CommonsPolicies().versions[0].matured_at, third + absl::Hours(24));
}

}  // namespace
}  // namespace commons::governance
