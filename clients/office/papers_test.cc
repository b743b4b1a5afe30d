// What one member can write into its own log, and what the others' boards make of it. Each of these
// was seen to fail with documents folded by what they say of themselves.
#include "clients/office/papers.h"

#include "gmock/gmock.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/kinds/review.h"
#include "governance/register/next_header.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using governance::IdOf;
using governance::SignDocument;
using governance::TestCommons;
using testing::HasSubstr;
using testing::Not;

// A commons at work, and what its daemons hand to their people.
class PapersTest : public testing::Test {
 protected:
  PapersTest() { c.Open(); }

  v1::DocumentsReply Reply() const {
    v1::DocumentsReply reply;
    reply.set_commons_id(c.commons_id.ToBytes());
    for (const auto& [org, log] : c.logs) {
      for (const auto& entry : log.entries) {
        *reply.add_envelopes() = entry.document->envelope;
        reply.add_places()->set_log(org.ToBytes());
        reply.mutable_places(reply.places_size() - 1)
            ->set_seen_at_ns(absl::ToUnixNanos(entry.seen_at));
      }
    }
    return reply;
  }
  Papers Read() const { return *Papers::Of(Reply()); }
  const governance::TestOrg& we() const { return c.orgs[0]; }
  // Into every other organisation's log, so that none sorts luckily.
  void Write(const v1::Envelope& document) {
    for (size_t i = 1; i < c.orgs.size(); ++i) c.Push(c.orgs[i].id, document);
  }
  // The next version of the common rules, from this organisation.
  v1::Resolution Stricter(int64_t threshold) const {
    v1::Resolution resolution = TestCommons::CommonRules();
    resolution.mutable_items(1)->mutable_policy()->mutable_rule()->set_threshold(threshold);
    v1::Standard standard = TestCommons::CasesStandard();
    standard.mutable_columns(0)->mutable_codes(0)->set_label("other");
    resolution.mutable_items(0)->set_standard(standard.SerializeAsString());
    *resolution.mutable_header() = governance::NextCommonsHeader(c.Fold(), we().id, c.now);
    resolution.set_ballot(1);
    return resolution;
  }
  static v1::Envelope Unsigned(const char* kind, const google::protobuf::Message& message) {
    return SignDocument(kind, message.SerializeAsString(), {});
  }
  v1::Envelope FalseCharter() {
    const std::string charter =
        *governance::DraftCharter({c.orgs[0].card, c.orgs[1].card, c.orgs[2].card}, "Test commons",
                                  "to deceive", absl::ZeroDuration(), false, c.random, c.now);
    return SignDocument(kinds::kCharter, charter, {});
  }
  static const Paper* Find(const Papers& papers, const DocId& id) {
    for (const Paper& paper : papers.all()) {
      if (paper.document->id == id) return &paper;
    }
    return nullptr;
  }

  TestCommons c{TestCommons::Options()};
};

TEST_F(PapersTest, AnHonestCommonsIsWhatItsNodesFold) {
  const Papers papers = Read();
  EXPECT_EQ(papers.reg().head(), c.Fold().head());
  for (const Paper& paper : papers.all()) {
    EXPECT_EQ(paper.standing, Paper::Standing::kCounts) << paper.why;
  }
}

TEST_F(PapersTest, AFalseCharterNamesNoCommons) {
  const Hash32 head = Read().reg().head();
  const v1::Envelope charter = FalseCharter();
  Write(charter);
  const Papers papers = Read();
  EXPECT_EQ(papers.reg().commons_id(), c.commons_id);
  EXPECT_EQ(papers.reg().head(), head);
  EXPECT_EQ(IdOf(*papers.Charter()), IdOf(c.charter)) << "what an invitation hands on";
  v1::OwnerPolicy policy;
  *policy.mutable_header() =
      governance::NextHeader(papers.reg(), we().id, governance::PolicyChain("cases"), c.now);
  EXPECT_EQ(policy.header().commons_id(), c.commons_id.ToBytes());
  EXPECT_EQ(policy.header().version(), 2u);
  const absl::Status named = papers.Named(IdOf(charter).ToHex()).status();
  EXPECT_EQ(named.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(named.message(), HasSubstr("and counts for nothing: the charter of another commons"));
}

TEST_F(PapersTest, AnApprovalInOurNameIsNotOurs) {
  const DocId ours = c.Propose(Stricter(9));
  Write(c.Approval(we(), 3, ours, true, {}));
  EXPECT_EQ(Read().reg().StatementOf(we().id, {3, 1}), nullptr);
  // Nor with the signatures of another board.
  Write(c.Approval(we(), 3, ours, true, TestCommons::Board(c.orgs[1])));
  EXPECT_EQ(Read().reg().StatementOf(we().id, {3, 1}), nullptr);
  c.Approve(we(), 3, ours);
  EXPECT_EQ(Read().reg().StatementOf(we().id, {3, 1})->document, ours);
}

TEST_F(PapersTest, AWholeFalseCommonsChangesNoReview) {
  const v1::Resolution real = Stricter(9);
  const DocId proposal = c.Propose(real);
  const auto review = [&] {
    const Papers papers = Read();
    const auto named = papers.Named(proposal.ToHex());
    return governance::Review(*governance::OpenDocument(named->envelopes(0)), &papers.reg());
  };
  const std::string before = review();
  EXPECT_THAT(before, Not(HasSubstr("changes: nothing")));
  // A commons with the same members in which the proposal has been decided already.
  const v1::Envelope charter = FalseCharter();
  const CommonsId other = crypto::Retype<CommonsId>(IdOf(charter));
  v1::Resolution decided = real;
  decided.mutable_header()->set_commons_id(other.ToBytes());
  decided.mutable_header()->set_version(2);
  decided.mutable_header()->set_prev(0, IdOf(charter).ToBytes());
  const v1::Envelope resolution = Unsigned(kinds::kResolution, decided);
  Write(charter);
  Write(resolution);
  for (const auto& org : c.orgs) {
    for (const auto& [version, id] :
         {std::pair(1, IdOf(charter)), std::pair(2, IdOf(resolution))}) {
      Write(Unsigned(kinds::kApproval,
                     governance::MakeApproval(other, org.id, version, id, true, c.now)));
    }
  }
  EXPECT_EQ(review(), before);
}

TEST_F(PapersTest, AnUnsignedCopyInAnotherLogTakesNothingFromTheOriginal) {
  const DocId rules = c.SetPolicy(we(), TestCommons::OwnerRule());
  v1::Envelope copy = Reply().envelopes(0);
  for (const auto& entry : c.logs[we().id].entries) {
    if (entry.document->id == rules) copy = entry.document->envelope;
  }
  copy.clear_signatures();
  Write(copy);
  const Papers papers = Read();
  EXPECT_EQ(papers.reg().TipOf(we().id, governance::PolicyChain("cases")).id, rules);
  EXPECT_GT(papers.Named(rules.ToHex())->envelopes(0).signatures_size(), 0);
}

TEST_F(PapersTest, AProposalInAnothersNameIsNotRead) {
  const v1::Envelope proposal = Unsigned(kinds::kResolution, Stricter(9));
  Write(proposal);
  const absl::Status named = Read().Named(IdOf(proposal).ToHex()).status();
  EXPECT_EQ(named.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(named.message(), HasSubstr("issued by another organisation than the log's"));
}

TEST_F(PapersTest, AYesIsSaidToNothingThatCannotBecomeTheVersion) {
  const auto check = [&](const v1::Envelope& envelope) {
    return Read().WithBallot(*governance::OpenDocument(envelope)).status();
  };
  const v1::Resolution next = Stricter(9);
  EXPECT_TRUE(check(Unsigned(kinds::kResolution, next)).ok()) << "nobody here has seen it yet";
  v1::Resolution late = next;
  late.mutable_header()->set_version(9);
  const v1::Envelope far = Unsigned(kinds::kResolution, late);
  EXPECT_EQ(governance::ReasonOf(check(far)), v1::OUT_OF_ORDER);
  c.Push(we().id, far);
  EXPECT_EQ(governance::ReasonOf(check(far)), v1::OUT_OF_ORDER) << "also from our own log";
  v1::Resolution foreign = next;
  foreign.mutable_header()->set_commons_id(std::string(32, 'x'));
  EXPECT_EQ(governance::ReasonOf(check(Unsigned(kinds::kResolution, foreign))), v1::WRONG_COMMONS);
  EXPECT_EQ(governance::ReasonOf(check(FalseCharter())), v1::WRONG_COMMONS);
  EXPECT_TRUE(check(c.charter).ok());
}

TEST_F(PapersTest, AProposalThatWaitsIsReadAndOneThatLostIsNot) {
  const DocId lost = c.Propose(Stricter(8));
  const DocId wins = c.Propose(Stricter(9));
  EXPECT_EQ(Find(Read(), lost)->standing, Paper::Standing::kWaits);
  for (const auto& org : c.orgs) c.Approve(org, 3, wins);
  const Papers papers = Read();
  EXPECT_EQ(Find(papers, wins)->standing, Paper::Standing::kCounts);
  EXPECT_EQ(Find(papers, lost)->standing, Paper::Standing::kNothing);
  EXPECT_EQ(governance::ReasonOf(papers.WithBallot(*Find(papers, lost)->document).status()),
            v1::OUT_OF_ORDER);
}

TEST_F(PapersTest, WhatCannotBeOpenedStopsNobody) {
  v1::DocumentsReply reply = Reply();
  v1::Envelope& unknown = *reply.add_envelopes();
  unknown.set_payload_type("commons/of-tomorrow/1");
  reply.add_places()->set_log(c.orgs[1].id.ToBytes());
  const auto papers = Papers::Of(reply);
  ASSERT_TRUE(papers.ok()) << papers.status();
  EXPECT_EQ(papers->reg().head(), c.Fold().head());
}

TEST_F(PapersTest, ANodeInfoInALogIsNotTheOneBesideIt) {
  const v1::Envelope envelope = SignDocument(
      kinds::kNodeInfo, governance::DraftNodeInfo(c.orgs[1].id, 1, {"a.example:1"}, "x", c.now),
      {c.orgs[1].node.get()});
  v1::DocumentsReply reply = Reply();
  *reply.add_envelopes() = envelope;
  reply.add_places()->set_log(c.orgs[1].id.ToBytes());
  EXPECT_FALSE(Papers::Of(reply)->reg().FindMember(c.orgs[1].id)->info.has_value());
  reply.mutable_places(reply.places_size() - 1)->set_beside(true);
  EXPECT_TRUE(Papers::Of(reply)->reg().FindMember(c.orgs[1].id)->info.has_value());
}

// Else a board would draft the next version behind another one than its daemon has.
TEST_F(PapersTest, ALogOfTwoHistoriesIsFoldedAsTheDaemonDoes) {
  const DocId proposal = c.Propose(Stricter(9));
  c.Approve(c.orgs[0], 3, proposal);
  c.Approve(c.orgs[1], 3, proposal);
  c.now += absl::Seconds(1);
  c.logs[c.orgs[2].id].forked_at = c.now;
  c.Approve(c.orgs[2], 3, proposal);
  ASSERT_EQ(c.Fold().commons_version(), 2u);
  v1::DocumentsReply reply = Reply();
  EXPECT_EQ(Papers::Of(reply)->reg().commons_version(), 3u) << "not told";
  v1::DocumentsReply::Fork& fork = *reply.add_forks();
  fork.set_log(c.orgs[2].id.ToBytes());
  fork.set_seen_at_ns(absl::ToUnixNanos(c.now));
  EXPECT_EQ(Papers::Of(reply)->reg().commons_version(), 2u);
}

TEST_F(PapersTest, ANodeOfNoCommonsSaysSo) {
  v1::DocumentsReply reply = Reply();
  reply.clear_commons_id();
  const auto papers = Papers::Of(reply);
  ASSERT_TRUE(papers.ok()) << papers.status();
  EXPECT_EQ(papers->Charter().status(), absl::FailedPreconditionError(kNoCommonsYet));
  EXPECT_EQ(papers->WithBallot(*governance::OpenDocument(c.charter)).status(),
            absl::FailedPreconditionError(kNoCommonsYet));
}

TEST_F(PapersTest, TheCharterOfAnInvitationLiesInNobodysLog) {
  v1::DocumentsReply reply;
  reply.set_commons_id(c.commons_id.ToBytes());
  *reply.add_envelopes() = c.charter;
  reply.add_places()->set_log(OrgId().ToBytes());
  const auto papers = Papers::Of(reply);
  ASSERT_TRUE(papers.ok()) << papers.status();
  EXPECT_EQ(IdOf(*papers->Charter()), IdOf(c.charter));
  EXPECT_EQ(Find(*papers, IdOf(c.charter))->standing, Paper::Standing::kWaits);
  EXPECT_EQ(papers->reg().members().size(), 3u) << "the founders, whose cards it holds";
}

}  // namespace
}  // namespace commons::clients
