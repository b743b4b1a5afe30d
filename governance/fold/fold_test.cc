#include "governance/fold/fold.h"

#include <algorithm>
#include <functional>

#include "governance/document/chains.h"
#include "governance/document/refusal.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/commons/charter.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/register/next_header.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

bool HasProblem(const Register& reg, const DocId& id, v1::Reason reason) {
  return std::any_of(reg.problems().begin(), reg.problems().end(),
                     [&](const auto& p) { return p->id == id && p->reason == reason; });
}

v1::Resolution Suspend(const OrgId& org) {
  v1::Resolution r;
  r.add_items()->mutable_membership()->set_suspend(org.ToBytes());
  return r;
}
v1::Resolution Admit(const v1::Envelope& card) {
  v1::Resolution r;
  *r.add_items()->mutable_membership()->mutable_admit() = card;
  return r;
}
v1::Resolution Policy() {
  v1::Resolution r;
  *r.add_items() = TestCommons::CommonRules().items(1);
  return r;
}

TEST(Register, WithoutACommonsItHoldsTheCards) {
  TestCommons c({});
  const Register reg = FoldLogs(c.logs, std::nullopt);
  EXPECT_FALSE(reg.founded());
  EXPECT_EQ(reg.members().size(), 3u);
  EXPECT_EQ(reg.TipOf(c.orgs[0].id, "org").version, 1u);
}

TEST(Register, TheCharterNeedsEveryFounder) {
  TestCommons c({});
  c.Push(c.orgs[0].id, c.charter);
  c.Approve(c.orgs[0], 1, IdOf(c.charter));
  c.Approve(c.orgs[1], 1, IdOf(c.charter));
  EXPECT_FALSE(c.Fold().founded());
  EXPECT_TRUE(HasProblem(c.Fold(), IdOf(c.charter), v1::UNDER_SIGNED));
  EXPECT_NE(c.Fold().FindByNodeKey(c.orgs[2].node->public_key()), nullptr);  // can be reached
  c.Approve(c.orgs[2], 1, IdOf(c.charter));
  EXPECT_TRUE(c.Fold().founded());
  EXPECT_EQ(c.Fold().commons_version(), 1u);
  EXPECT_TRUE(c.Fold().problems().empty());
}

TEST(Register, AFoundersNoIsFirstAndFinal) {
  TestCommons c({});
  c.Push(c.orgs[0].id, c.charter);
  for (int i = 0; i < 3; ++i) c.Approve(c.orgs[i], 1, IdOf(c.charter), i != 1);
  c.Approve(c.orgs[1], 1, IdOf(c.charter), true);  // the first statement in a log counts
  EXPECT_FALSE(c.Fold().founded());
}

// Seen to be the proposal of whoever it named.
TEST(Register, AResolutionCountsInItsIssuersLogAlone) {
  TestCommons c({});
  c.Found();
  v1::Resolution resolution = c.CommonRules();
  *resolution.mutable_header() = NextCommonsHeader(c.Fold(), c.orgs[0].id, c.now);
  resolution.set_ballot(1);
  const v1::Envelope envelope =
      SignDocument(kinds::kResolution, resolution.SerializeAsString(), {});
  const DocId id = c.Push(c.orgs[1].id, envelope);
  for (const TestOrg& org : c.orgs) c.Approve(org, 2, id);
  EXPECT_EQ(c.Fold().commons_version(), 1u);
  EXPECT_TRUE(HasProblem(c.Fold(), id, v1::UNKNOWN_ISSUER));
  c.Push(c.orgs[0].id, envelope);
  EXPECT_EQ(c.Fold().commons_version(), 2u);
}

TEST(Register, WhatAnHonestLogMayHoldIsToldFromWhatItNeverDoes) {
  TestCommons c({});
  c.Found();
  const auto told = [&](const DocId& id) {
    const Register reg = c.Fold();
    const auto problem = std::find_if(reg.problems().begin(), reg.problems().end(),
                                      [&](const auto& each) { return each->id == id; });
    if (problem == reg.problems().end()) return "counts";
    return (*problem)->proposal ? "proposal" : "fault";
  };
  const DocId wins = c.Propose(Policy());
  const DocId lost = c.Propose(Suspend(c.orgs[2].id));
  EXPECT_STREQ(told(wins), "proposal");
  for (const TestOrg& org : c.orgs) c.Approve(org, 2, wins);
  EXPECT_STREQ(told(wins), "counts");
  EXPECT_STREQ(told(lost), "proposal");
  EXPECT_STREQ(told(c.Push(c.orgs[1].id, c.Approval(c.orgs[0], 9, wins, true, {}))), "fault");
}

TEST(Register, Founders22x3) {  // [founders_22x3]
  TestCommons c({.orgs = 22, .seats = 3, .board_k = 2});
  c.Open();
  const Register reg = c.Fold();
  EXPECT_EQ(reg.members().size(), 22u);
  EXPECT_TRUE(reg.problems().empty());
  EXPECT_TRUE(Decide(reg, c.orgs[21].id, c.Ask(), c.now).ok());
}

TEST(Register, ArrivalOrderDoesNotMatter) {
  TestCommons c({.orgs = 4});
  c.Open();
  const TestOrg fifth = c.NewOrg("fifth");
  c.Push(fifth.id, fifth.card);
  c.Resolve(Admit(fifth.card));
  const Hash32 whole = c.Fold().head();
  SeededRandom random("arrival");
  for (int round = 0; round < 20; ++round) {
    // Entries arrive one at a time: each log in its own order, the logs interleaved at random.
    std::map<OrgId, OrgLog> arrived;
    std::vector<OrgId> pending;
    for (const auto& [org, log] : c.logs) pending.insert(pending.end(), log.entries.size(), org);
    for (size_t i = pending.size(); i > 1; --i) std::swap(pending[i - 1], pending[random.Below(i)]);
    uint64_t version = 0;
    for (size_t i = 0; i < pending.size(); ++i) {
      OrgLog& log = arrived[pending[i]];
      log.entries.push_back(c.logs[pending[i]].entries[log.entries.size()]);
      log.entries.back().seen_at = c.now + absl::Seconds(i);
      const Register partial = FoldLogs(arrived, c.commons_id);
      ASSERT_GE(partial.commons_version(), version);  // nothing certified is ever undone
      version = partial.commons_version();
    }
    ASSERT_EQ(FoldLogs(arrived, c.commons_id).head(), whole) << round;
  }
}

// The slow reference: "more than a/b of members" by counting in fractions.
bool MoreThan(int yes, int members, int a, int b) { return yes * b > members * a; }

TEST(Register, AResolutionNeedsMoreThanTheThreshold) {
  for (int members = 1; members <= 7; ++members) {
    for (int yes = 0; yes <= members; ++yes) {
      TestCommons c({.orgs = members});
      c.Found();
      const DocId id = c.Propose(Policy());
      for (int i = 0; i < members; ++i) c.Approve(c.orgs[i], 2, id, i < yes);
      EXPECT_EQ(c.Fold().commons_version() == 2, MoreThan(yes, members, 2, 3))
          << yes << " of " << members;
    }
  }
}

TEST(Register, ASuspensionLeavesItsSubjectOutAndNeedsTwo) {
  for (int members = 2; members <= 6; ++members) {
    for (int yes = 0; yes < members; ++yes) {
      TestCommons c({.orgs = members});
      c.Found();
      const DocId id = c.Propose(Suspend(c.orgs.back().id));
      for (int i = 0; i < yes; ++i) c.Approve(c.orgs[i], 2, id);
      const bool expected = yes >= 2 && MoreThan(yes, members - 1, 2, 3);
      const Register reg = c.Fold();
      EXPECT_EQ(reg.commons_version() == 2, expected) << yes << " of " << members;
      EXPECT_EQ(reg.FindMember(c.orgs.back().id)->suspended, expected);
      EXPECT_EQ(reg.FindByNodeKey(c.orgs.back().node->public_key()) == nullptr, expected);
    }
  }
}

TEST(Register, DeadMemberN3Suspended) {  // [dead_member_n3_suspended]
  TestCommons c({});
  c.Found();
  const DocId gone = c.Propose(Suspend(c.orgs[2].id));
  for (int i = 0; i < 2; ++i) c.Approve(c.orgs[i], 2, gone);
  const DocId rules = c.Propose(Policy());  // and the two go on without it
  for (int i = 0; i < 2; ++i) c.Approve(c.orgs[i], 3, rules);
  EXPECT_EQ(c.Fold().commons_version(), 3u);
}

TEST(Register, AdmittingASuspendedMemberAgainEndsTheSuspension) {
  TestCommons c({});
  c.Found();
  c.Resolve(Suspend(c.orgs[2].id));
  ASSERT_TRUE(c.Fold().FindMember(c.orgs[2].id)->suspended);
  c.Resolve(Admit(c.orgs[2].card));
  EXPECT_FALSE(c.Fold().FindMember(c.orgs[2].id)->suspended);
}

TEST(Register, AnAdmissionIsVerifiedWhole) {
  TestCommons c({.seats = 2, .board_k = 2});
  c.Found();
  TestOrg fresh = c.NewOrg("fresh");
  v1::Envelope stripped = fresh.card;
  stripped.mutable_signatures()->RemoveLast();
  const DocId id = c.Resolve(Admit(stripped));
  EXPECT_EQ(c.Fold().commons_version(), 1u);
  EXPECT_TRUE(HasProblem(c.Fold(), id, v1::UNDER_SIGNED));
  c.Push(fresh.id, fresh.card);  // the full card comes by another way
  EXPECT_EQ(c.Fold().commons_version(), 2u);
  EXPECT_NE(c.Fold().FindMemberByName("fresh"), nullptr);
}

TEST(Register, PracticeKeysStayOutOfARealCommons) {
  TestCommons c({});
  c.Found();
  c.options.practice = true;
  const DocId id = c.Resolve(Admit(c.NewOrg("fresh").card));
  EXPECT_TRUE(HasProblem(c.Fold(), id, v1::PRACTICE_KEY));
  c.Accredit(c.orgs[0], 0, true);
  EXPECT_FALSE(c.Fold().AccreditationOf(c.researcher.public_key(), c.now).has_value());
  std::vector<v1::Envelope> cards = {c.NewOrg("practising").card};
  const auto charter =
      DraftCharter(cards, "Real", "", absl::ZeroDuration(), false, c.random, c.now);
  EXPECT_EQ(ReasonOf(charter.status()), v1::PRACTICE_KEY);
}

TEST(Register, StrippedSignaturesThenFull) {  // [stripped_signatures_then_full]
  TestCommons c({.seats = 3, .board_k = 2});
  c.Open();
  const Register full = c.Fold();
  auto& entry = c.logs[c.orgs[1].id].entries.back();
  const auto whole = entry.document;
  v1::Envelope stripped = whole->envelope;
  stripped.clear_signatures();
  entry.document = std::make_shared<const Document>(*OpenDocument(stripped));
  EXPECT_NE(c.Fold().head(), full.head());
  EXPECT_TRUE(HasProblem(c.Fold(), whole->id, v1::UNDER_SIGNED));
  entry.document = whole;
  EXPECT_EQ(c.Fold().head(), full.head());
}

TEST(Register, StewardCannotWiden) {  // [steward_cannot_widen]
  TestCommons c({});
  c.Open();
  const TestOrg& org = c.orgs[1];
  v1::Manifest board = c.CasesManifest(2);
  board.add_labels("taonga");
  board.set_consent_basis("consent");
  board.add_not_held("age");
  const int64_t end = absl::ToUnixSeconds(c.now) + 1000;
  c.SetManifest(org, board, c.Board(org), end);
  const auto edition = [&] {
    return c.Fold().Manifests(org.id, "cases")->versions.back().payload->epoch();
  };
  ASSERT_EQ(edition(), 2u);
  using Change = std::function<void(v1::Manifest&)>;
  const auto tries = [&](const Change& change, const TestCommons::Keys& keys, int64_t expires) {
    v1::Manifest m = board;
    m.set_epoch(3);
    change(m);
    c.SetManifest(org, m, keys, expires);
    const bool counts = edition() == 3;
    c.logs[org.id].entries.pop_back();
    return counts;
  };
  const auto steward = c.Steward(org);
  const Change same = [](auto&) {};
  EXPECT_TRUE(tries(same, steward, end));
  EXPECT_TRUE(tries([](auto& m) { m.add_labels("tapu"); }, steward, end));
  EXPECT_TRUE(tries([](auto& m) { m.set_coverage("2024"), m.set_stated_scale(3000); }, steward, 1));
  EXPECT_TRUE(tries([](auto& m) { m.set_left_out_percent(7); }, steward, end));
  EXPECT_TRUE(tries([](auto& m) { m.add_not_held("sex"); }, steward, end));
  EXPECT_FALSE(tries(same, {org.steward.get()}, end));  // needs the node's key beside it
  EXPECT_FALSE(tries(same, {org.node.get()}, end));
  const Change widenings[] = {
      [](auto& m) { m.clear_labels(); },
      [](auto& m) { m.clear_not_held(); },
      [](auto& m) { m.set_standard_id(std::string(32, 's')); },
      [](auto& m) { m.set_consent_basis("none"); },
      [](auto& m) { m.set_retention("for ever"); },
      [](auto& m) { m.set_provenance("elsewhere"); },
      [](auto& m) { m.set_each_row_is_a_person(false); },
  };
  for (const Change& widen : widenings) {
    EXPECT_FALSE(tries(widen, steward, end));
    EXPECT_TRUE(tries(widen, c.Board(org), end));
  }
  EXPECT_FALSE(tries(same, steward, end + 1));  // a later end is wider
  EXPECT_FALSE(tries(same, steward, 0));
}

TEST(Register, TheFirstManifestNeedsTheBoard) {
  TestCommons c({});
  c.Found();
  c.SetManifest(c.orgs[1], c.CasesManifest(), c.Steward(c.orgs[1]));
  EXPECT_EQ(c.Fold().Manifests(c.orgs[1].id, "cases"), nullptr);
}

TEST(Register, ANonMembersDocumentsDoNotCount) {
  TestCommons c({});
  c.Open();
  const Hash32 before = c.Fold().head();
  const TestOrg stranger = c.NewOrg("stranger");
  c.Push(stranger.id, stranger.card);
  c.SetPolicy(stranger, c.OwnerRule());
  EXPECT_EQ(c.Fold().head(), before);
  EXPECT_EQ(c.Fold().OwnerPolicies(stranger.id, "cases"), nullptr);
  EXPECT_TRUE(HasProblem(c.Fold(), IdOf(stranger.card), v1::UNKNOWN_ISSUER));
}

}  // namespace
}  // namespace commons::governance
