// What of an organisation's own log counts, and what is said of what does not.
#include <functional>
#include <string>
#include <utility>

#include "governance/document/chains.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/register/next_header.h"
#include "governance/register/register.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/problems_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

// The second version of org 1's rules; each case spoils one thing and signs what is left.
class OrgLogTest : public testing::Test {
 protected:
  OrgLogTest() : c({.seats = 3, .board_k = 2}), org(c.orgs[1]) { c.Open(); }

  v1::Envelope Policy(const std::function<void(v1::Header&)>& change,
                      const TestCommons::Keys& keys) {
    v1::OwnerPolicy p;
    p.set_dataset("cases");
    *p.mutable_rule() = c.OwnerRule();
    *p.mutable_header() = NextHeader(c.Fold(), org.id, PolicyChain("cases"), c.now);
    change(*p.mutable_header());
    return SignDocument(kinds::kOwnerPolicy, p.SerializeAsString(), keys);
  }
  // What is said of it at the end of org 1's log, where it does not stay.
  std::string Said(const v1::Envelope& envelope) {
    const Hash32 before = c.Fold().head();
    const DocId id = c.Push(org.id, envelope);
    const Register reg = c.Fold();
    const std::string said = ProblemOf(reg, id);
    EXPECT_EQ(reg.head() == before, said != "counts") << said;
    c.logs[org.id].entries.pop_back();
    return said;
  }

  TestCommons c;
  const TestOrg& org;
};

TEST_F(OrgLogTest, RulesNeedTheirBoard) {
  const auto keep = [](v1::Header&) {};
  const std::string lacks = "UNDER_SIGNED: policy/cases version 2 lacks signatures";
  v1::Envelope twice = Policy(keep, c.Board(org, 1));
  *twice.add_signatures() = twice.signatures(0);
  v1::Envelope forged = Policy(keep, c.Board(org, 2));
  forged.mutable_signatures(1)->mutable_signature()->back() ^= 1;
  v1::Envelope borrowed = Policy(keep, c.Board(org, 1));  // a signature over something else
  *borrowed.add_signatures() = c.logs[org.id].entries.back().document->envelope.signatures(1);
  EXPECT_EQ(Said(Policy(keep, c.Board(org, 2))), "counts");
  EXPECT_EQ(Said(Policy(keep, {})), lacks);
  EXPECT_EQ(Said(Policy(keep, c.Board(org, 1))), lacks);
  EXPECT_EQ(Said(Policy(keep, c.Board(c.orgs[0]))), lacks);
  EXPECT_EQ(Said(Policy(keep, c.Steward(org))), lacks);
  EXPECT_EQ(Said(Policy(keep, {org.guardian.get()})), lacks);
  EXPECT_EQ(Said(twice), lacks);
  EXPECT_EQ(Said(forged), lacks);
  EXPECT_EQ(Said(borrowed), lacks);
}

TEST_F(OrgLogTest, AVersionFollowsTheOneBefore) {
  const auto said = [&](const std::function<void(v1::Header&)>& change) {
    return Said(Policy(change, c.Board(org)));
  };
  const auto follows = [](int version) {
    return absl::StrCat("OUT_OF_ORDER: version ", version,
                        " of policy/cases does not follow version 1");
  };
  EXPECT_EQ(said([](v1::Header&) {}), "counts");
  EXPECT_EQ(said([](v1::Header& h) { h.set_version(3); }), follows(3));
  EXPECT_EQ(said([](v1::Header& h) { h.set_version(1), h.clear_prev(); }), follows(1));
  EXPECT_EQ(said([](v1::Header& h) { h.set_prev(0, std::string(32, 'p')); }), follows(2));
  EXPECT_EQ(said([](v1::Header& h) { h.set_commons_id(std::string(32, 'x')); }),
            "WRONG_COMMONS: a document of another commons");
  EXPECT_EQ(said([&](v1::Header& h) { h.set_issuer(c.orgs[0].id.ToBytes()); }),
            "UNKNOWN_ISSUER: issued by another organisation than the log's");
}

// What does not count leaves its place to another.
TEST_F(OrgLogTest, ADocumentThatDoesNotCountTakesNoVersion) {
  c.Push(org.id, Policy([](v1::Header&) {}, {}));
  EXPECT_EQ(c.Fold().TipOf(org.id, PolicyChain("cases")).version, 1u);
  const auto another = [&](v1::Header& h) { h.set_expires_at(absl::ToUnixSeconds(c.now) + 1); };
  const DocId id = c.Push(org.id, Policy(another, c.Board(org)));
  EXPECT_EQ(ProblemOf(c.Fold(), id), "counts");
  EXPECT_EQ(c.Fold().TipOf(org.id, PolicyChain("cases")).id, id);
}

TEST_F(OrgLogTest, ALogBeginsWithItsFirstCard) {
  const std::vector<std::string> endpoints = {"host:1"};
  EXPECT_EQ(Said(c.NewOrg("second").card),
            "OUT_OF_ORDER: only a log's first entry is a first card");
  EXPECT_EQ(
      Said(SignDocument(kinds::kNodeInfo, DraftNodeInfo(org.id, 1, endpoints, "office", c.now),
                        {org.node.get()})),
      "OUT_OF_ORDER: address of a node stands beside a log, never in it");
  OrgLog& log = c.logs[org.id];
  log.entries.erase(log.entries.begin());
  EXPECT_EQ(ProblemOf(c.Fold(), log.entries[0].document->id),
            "UNDER_SIGNED: the log does not begin with its organisation's complete card");
  EXPECT_EQ(c.Fold().OwnerPolicies(org.id, "cases"), nullptr);
}

// Its lead, the first researcher it names, signs a project; or the board does.
TEST_F(OrgLogTest, AProjectIsItsLeadsOrTheBoards) {
  const crypto::SigningKey second = c.NewKey();
  const auto said = [&](const TestCommons::Keys& keys) {
    v1::Project p = c.CasesProject();
    p.set_name("other");
    p.add_researchers(second.public_key().ToBytes());
    *p.mutable_header() = NextHeader(c.Fold(), org.id, ProjectChain("other"), c.now);
    return Said(SignDocument(kinds::kProject, p.SerializeAsString(), keys));
  };
  EXPECT_EQ(said({&c.researcher}), "counts");
  EXPECT_EQ(said(c.Board(org)), "counts");
  EXPECT_EQ(said({&second}), "UNDER_SIGNED: project/other version 1 lacks signatures");
  EXPECT_EQ(said(c.Steward(org)), "UNDER_SIGNED: project/other version 1 lacks signatures");
}

TEST_F(OrgLogTest, AccreditationsAreTheBoards) {
  const crypto::SigningKey person = c.NewKey();
  const auto said = [&](bool practice, const TestCommons::Keys& keys) {
    v1::Accreditation a;
    a.set_researcher(person.public_key().ToBytes());
    a.set_practice(practice);
    *a.mutable_header() =
        NextHeader(c.Fold(), org.id, AccreditationChain(person.public_key()), c.now);
    return Said(SignDocument(kinds::kAccreditation, a.SerializeAsString(), keys));
  };
  EXPECT_EQ(said(false, c.Board(org)), "counts");
  EXPECT_EQ(said(true, c.Board(org)), "PRACTICE_KEY: a practice researcher in a real commons");
  EXPECT_EQ(said(false, {&person}),
            absl::StrCat("UNDER_SIGNED: ", AccreditationChain(person.public_key()),
                         " version 1 lacks signatures"));
}

TEST_F(OrgLogTest, ANodeInfoIsTheNodesOwn) {
  const auto info = [&](const OrgId& of, const crypto::SigningKey& key) {
    const std::vector<std::string> endpoints = {"host:1"};
    const auto envelope =
        SignDocument(kinds::kNodeInfo, DraftNodeInfo(of, 1, endpoints, "office", c.now), {&key});
    c.logs[org.id].node_info = *OpenDocument(envelope);
    const Register reg = c.Fold();
    EXPECT_EQ(reg.FindMember(org.id)->info.has_value(), ProblemOf(reg, IdOf(envelope)) == "counts");
    return ProblemOf(reg, IdOf(envelope));
  };
  const std::string foreign = "UNDER_SIGNED: a node info that the organisation's node did not sign";
  EXPECT_EQ(info(org.id, *org.node), "counts");
  EXPECT_EQ(c.Fold().FindMember(org.id)->info->endpoints(0), "host:1");
  EXPECT_EQ(info(org.id, *c.orgs[0].node), foreign);
  EXPECT_EQ(info(org.id, org.board[0]), foreign);
  EXPECT_EQ(info(c.orgs[0].id, *org.node), foreign);
}

// Each organisation's statement to a version is its first; later ones change nothing.
TEST_F(OrgLogTest, AStatementIsMadeOnce) {
  const DocId id = c.Propose([] {
    v1::Resolution r;
    *r.add_items() = TestCommons::CommonRules().items(1);
    return r;
  }());
  const uint64_t version = c.Fold().commons_version() + 1;
  for (const TestOrg& member : c.orgs) c.Approve(member, version, id, &member != &org);
  EXPECT_EQ(c.Fold().commons_version(), version - 1);
  EXPECT_EQ(Said(c.Approval(org, version, id, true, c.Board(org))),
            absl::StrCat("OUT_OF_ORDER: version 1 of ", ApprovalChain(version, 1),
                         " does not follow version 1"));
}

}  // namespace
}  // namespace commons::governance
