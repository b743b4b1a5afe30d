#include "governance/fold/acceptance.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/stops_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

// A commons in which everything is signed; its documents in the order in which they came.
class Acceptance : public testing::Test {
 protected:
  Acceptance() : c_({.orgs = 3, .seats = 3, .board_k = 2}) {
    c_.Open();
    c_.SetPolicy(c_.orgs[0], TestCommons::OwnerRule());
    for (const auto& [org, log] : c_.logs) {
      for (const OrgLog::Entry& entry : log.entries) all_.push_back(*entry.document);
    }
  }

  std::vector<Document> All(const std::function<bool(const Document&)>& but = {}) const {
    std::vector<Document> documents = all_;
    if (but) std::erase_if(documents, but);
    return documents;
  }
  Document Last(const TestOrg& org, absl::string_view kind) const {
    return Last(c_.logs.at(org.id), kind);
  }
  static Document Last(const OrgLog& log, absl::string_view kind) {
    Document found;
    for (const OrgLog::Entry& entry : log.entries) {
      if (entry.document->kind() == kind) found = *entry.document;
    }
    return found;
  }
  static Document Opened(const v1::Envelope& envelope) { return *OpenDocument(envelope); }
  std::string Said(const Document& document) const { return Told(Accept(All(), document)); }
  static std::function<bool(const Document&)> OfKind(std::string kind) {
    return [kind](const Document& document) { return document.kind() == kind; };
  }
  // The next version of org 0's rules.
  Document Next(const TestCommons::Keys& keys, uint64_t version = 3) const {
    const Document before = Last(c_.orgs[0], kinds::kOwnerPolicy);
    v1::OwnerPolicy policy = before.As<v1::OwnerPolicy>();
    policy.mutable_header()->set_version(version);
    policy.mutable_header()->clear_prev();
    policy.mutable_header()->add_prev(before.id.ToBytes());
    return Opened(SignDocument(kinds::kOwnerPolicy, policy.SerializeAsString(), keys));
  }

  TestCommons c_;
  std::vector<Document> all_;
};

TEST_F(Acceptance, TakesEveryDocumentThatCountsInItsCommons) {
  EXPECT_TRUE(c_.Fold().problems().empty());
  EXPECT_GT(all_.size(), 15u);
  for (const Document& document : all_) {
    EXPECT_EQ(Said(document), "OK") << document.kind() << " " << document.header->chain();
  }
}

TEST_F(Acceptance, TakesTheNextVersionOnceEnoughHaveSigned) {
  EXPECT_EQ(Said(Next(TestCommons::Board(c_.orgs[0], 2))), "OK");
  EXPECT_EQ(Said(Next(TestCommons::Board(c_.orgs[0], 1))),
            "UNDER_SIGNED: policy/cases version 3 lacks signatures");
  EXPECT_EQ(Said(Next(TestCommons::Board(c_.orgs[1]))),
            "UNDER_SIGNED: policy/cases version 3 lacks signatures");
  EXPECT_EQ(Said(Next(TestCommons::Board(c_.orgs[0]), 4)),
            "OUT_OF_ORDER: version 4 of policy/cases does not follow version 2");
}

TEST_F(Acceptance, TellsWhatIsMissingAmongTheTrusted) {
  const Document next = Next(TestCommons::Board(c_.orgs[0]));
  EXPECT_EQ(Told(Accept(All(OfKind(kinds::kOwnerPolicy)), next)),
            "OUT_OF_ORDER: version 3 of policy/cases does not follow version 0");
  EXPECT_EQ(Told(Accept({}, next)),
            "UNKNOWN_ISSUER: the card of the organisation that issues this is not among what is "
            "trusted");
  // The charter's copy of the card is as good.
  EXPECT_EQ(Told(Accept(All(OfKind(kinds::kOrgRoot)), next)), "OK");
  const Document charter = Opened(c_.charter);
  EXPECT_TRUE(absl::StrContains(Told(Accept(All(OfKind(kinds::kApproval)), charter)),
                                "UNDER_SIGNED: the charter has the approval of 0 of 3"));
  const Document common = Last(c_.orgs[0], kinds::kResolution);
  EXPECT_TRUE(
      absl::StrContains(Told(Accept(All(OfKind(kinds::kApproval)), common)), "OUT_OF_ORDER"));
}

TEST_F(Acceptance, LooksAtTheCommonsThatIsTrusted) {
  TestCommons other({.orgs = 1, .seed = "another commons"});
  other.Open();
  const Document foreign = *other.logs[other.orgs[0].id].entries.back().document;
  std::vector<Document> trusted = All();
  trusted.push_back(Opened(other.orgs[0].card));
  EXPECT_EQ(Told(Accept(trusted, foreign)),
            "WRONG_COMMONS: the document belongs to another commons than the charter's");
  // With nothing but its issuer's card there is no commons to compare with.
  const OrgLog& log = other.logs.at(other.orgs[0].id);
  const Document rules = Last(log, kinds::kOwnerPolicy);
  EXPECT_EQ(Told(Accept({Opened(other.orgs[0].card)}, rules)), "OK");
}

TEST_F(Acceptance, ACardNeedsItsOwnBoard) {
  TestOrg late = c_.NewOrg("late");
  EXPECT_EQ(Said(Opened(late.card)), "OK");
  v1::Envelope bare = late.card;
  bare.mutable_signatures()->DeleteSubrange(1, 2);
  EXPECT_TRUE(absl::StrContains(Said(Opened(bare)), "UNDER_SIGNED: the card of 'late': 1 of 2"))
      << Said(Opened(bare));
  // Whoever has a card only says nothing in a commons that did not admit it.
  v1::OwnerPolicy policy;
  policy.set_dataset("cases");
  *policy.mutable_rule() = TestCommons::OwnerRule();
  v1::Header& header = *policy.mutable_header();
  header.set_commons_id(c_.commons_id.ToBytes());
  header.set_issuer(late.id.ToBytes());
  header.set_chain(PolicyChain("cases"));
  header.set_version(1);
  header.set_issued_at(absl::ToUnixSeconds(c_.now));
  const Document rules = Opened(
      SignDocument(kinds::kOwnerPolicy, policy.SerializeAsString(), TestCommons::Board(late)));
  std::vector<Document> trusted = All();
  trusted.push_back(Opened(late.card));
  EXPECT_EQ(Told(Accept(trusted, rules)), "UNKNOWN_ISSUER: the log of a non-member");
}

// x takes the place of org 0's first seat.
TEST_F(Acceptance, ALaterCardNeedsBothBoardsAndTheCardBeforeIt) {
  const TestOrg& org = c_.orgs[0];
  const crypto::SigningKey x = c_.NewKey(), y = c_.NewKey();
  const crypto::SigningKey *b = &org.board[1], *c = &org.board[2];
  c_.now += absl::Hours(1);
  const v1::OrgRoot root = NextCard(c_, org, {.seats = SeatsOf({&x, &y, c})});
  const Document second = Opened(SignedCard(root, {b, c, &x}));
  EXPECT_EQ(Said(second), "OK");
  EXPECT_EQ(Said(Opened(SignedCard(root, {c, &x}))),
            "UNDER_SIGNED: card version 2 lacks signatures of the board that goes");
  EXPECT_EQ(Said(Opened(SignedCard(root, {b, c}))),
            "UNDER_SIGNED: card version 2 lacks signatures of the board that comes");
  EXPECT_EQ(Told(Accept({}, second)),
            "UNKNOWN_ISSUER: the card before this one is not among what is trusted");
  v1::Envelope bare = org.card;
  bare.clear_signatures();
  EXPECT_THAT(Told(Accept({Opened(bare)}, second)), testing::HasSubstr("UNDER_SIGNED"));
  // What the board that goes has signed stays; what comes is the other board's.
  all_.push_back(second);
  EXPECT_EQ(Said(Next({c, &x})), "OK");
  EXPECT_EQ(Said(Next({b, c})), "UNDER_SIGNED: policy/cases version 3 lacks signatures");
  // A paper that the board that went has signed may be of today.
  EXPECT_EQ(Said(Last(org, kinds::kOwnerPolicy)),
            "UNDER_SIGNED: policy/cases version 2 lacks signatures");
  c_.now += absl::Hours(1);
  v1::OrgRoot third = root;
  third.mutable_header()->set_version(3);
  third.mutable_header()->set_prev(0, second.id.ToBytes());
  EXPECT_EQ(Said(Opened(SignedCard(third, {c, &x}))), "OK");
  third.set_name("other");
  EXPECT_THAT(Said(Opened(SignedCard(third, {c, &x}))), testing::HasSubstr("NOT_SUPPORTED_YET"));
}

// What stands in no log is judged by itself, and judges nothing beside it.
TEST_F(Acceptance, AStopAndItsEndNeedWhoMaySayThem) {
  const TestOrg& org = c_.orgs[0];
  const StopMaker make{c_.commons_id, c_.random};
  const auto freeze_by = [&](const crypto::SigningKey& key) {
    return make.Freeze(org.id, ScopeOfAll(), {&key});
  };
  const v1::Envelope freeze = freeze_by(*org.guardian);
  EXPECT_EQ(Said(Opened(freeze)), "OK");
  EXPECT_EQ(Said(Opened(freeze_by(*org.steward))), "UNDER_SIGNED: stop: lacks signatures");
  const auto lift_by = [&](size_t seats) {
    return Opened(make.Lift(org.id, {freeze}, TestCommons::Board(org, seats)));
  };
  EXPECT_EQ(Said(lift_by(2)), "OK");
  EXPECT_EQ(Said(lift_by(1)), "UNDER_SIGNED: end of a stop: lacks signatures");
  const StopMaker elsewhere{*CommonsId::FromBytes(std::string(32, 'x')), c_.random};
  EXPECT_EQ(Said(Opened(elsewhere.Freeze(org.id, ScopeOfAll(), {org.guardian.get()}))),
            "WRONG_COMMONS: a document of another commons");
  EXPECT_THAT(Told(Accept({}, Opened(freeze))), testing::HasSubstr("UNKNOWN_ISSUER"));
  all_.push_back(Opened(freeze));
  EXPECT_EQ(Said(Next(TestCommons::Board(org, 2))), "OK") << "beside a stop";
}

// A board that went ends nothing more; whoever was a guardian may stop.
TEST_F(Acceptance, AStopIsOfAnyCardAndItsEndOfTheNewest) {
  const TestOrg& org = c_.orgs[0];
  const crypto::SigningKey x = c_.NewKey(), y = c_.NewKey();
  const v1::OrgRoot next = NextCard(
      c_, org, {.seats = SeatsOf({&x, &y, &org.board[2]}), .guardians = std::vector<PublicKey>()});
  all_.push_back(Opened(SignedCard(next, {&org.board[1], &org.board[2], &x})));
  const StopMaker make{c_.commons_id, c_.random};
  const v1::Envelope freeze = make.Freeze(org.id, ScopeOfAll(), {org.guardian.get()});
  EXPECT_EQ(Said(Opened(freeze)), "OK");
  EXPECT_EQ(Said(Opened(make.Lift(org.id, {freeze}, {&x, &y}))), "OK");
  EXPECT_EQ(Said(Opened(make.Lift(org.id, {freeze}, {&org.board[0], &org.board[1]}))),
            "UNDER_SIGNED: end of a stop: lacks signatures");
}

TEST_F(Acceptance, HowToReachANodeIsSignedByTheNode) {
  const TestOrg& org = c_.orgs[1];
  const std::string info = DraftNodeInfo(org.id, 7, {"node.example:7400"}, "", c_.now);
  EXPECT_EQ(Said(Opened(SignDocument(kinds::kNodeInfo, info, {org.node.get()}))), "OK");
  EXPECT_EQ(Said(Opened(SignDocument(kinds::kNodeInfo, info, TestCommons::Board(org)))),
            "UNDER_SIGNED: a node info that the organisation's node did not sign");
}

TEST_F(Acceptance, DoesNotHangOnTheOrderOfWhatIsTrusted) {
  const Document next = Next(TestCommons::Board(c_.orgs[0]));
  std::vector<Document> reversed = All();
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(Told(Accept(reversed, next)), "OK");
}

}  // namespace
}  // namespace commons::governance
