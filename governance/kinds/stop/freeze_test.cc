#include "governance/kinds/stop/freeze.h"

#include "governance/kinds/sign_check.h"
#include "governance/testing/kind_cases_for_test.h"
#include "governance/testing/stops_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

const OrgId kIssuer = *OrgId::FromBytes(std::string(32, 'o'));
const CommonsId kCommons = *CommonsId::FromBytes(std::string(32, 'c'));

v1::Freeze Valid(SeededRandom& random, const v1::Scope& scope = ScopeOfDataset("cases")) {
  v1::Freeze freeze;
  freeze.ParseFromString(
      *DraftFreeze({kCommons, kIssuer, scope, v1::STOP_DATA}, random, TestCommons::Start()));
  return freeze;
}

TEST(FreezeKind, RefusesWhatIsOffByOneThing) {
  SeededRandom random("freeze");
  const auto m = v1::MALFORMED;
  const char* name = "freeze: a name is empty, too long or holds control characters";
  const char* commons = "commons_id is not that of a commons";
  ExpectRefusals<v1::Freeze>(
      kFreezeKind, Valid(random),
      {
          {[](auto& p) { p.set_commons_id("short"); }, m, commons},
          {[](auto& p) { p.set_commons_id(std::string(32, '\0')); }, m, commons},
          {[](auto& p) { p.set_issuer("short"); }, m, "issuer is not an organisation"},
          {[](auto& p) { p.set_issuer(std::string(32, '\0')); }, m,
           "issuer is not an organisation"},
          {[](auto& p) { p.set_nonce(std::string(15, 'n')); }, m, "the nonce is not 16 bytes"},
          {[](auto& p) { p.clear_issued_at(); }, m, "issued_at is out of range"},
          {[](auto& p) { p.set_issued_at(int64_t{1} << 40); }, m, "issued_at is out of range"},
          {[](auto& p) { p.clear_reason(); }, m, "freeze: no reason"},
          {[](auto& p) { p.clear_scope(); }, m, "freeze: says not what is stopped"},
          {[](auto& p) { p.mutable_scope()->clear_dataset(); }, m,
           "freeze: says not what is stopped"},
          {[](auto& p) { p.mutable_scope()->set_all(false); }, m, "freeze: all of nothing"},
          {[](auto& p) { p.mutable_scope()->set_dataset(""); }, m, name},
          {[](auto& p) { p.mutable_scope()->set_dataset(std::string(129, 'd')); }, m, name},
          {[](auto& p) { p.mutable_scope()->set_purpose("two\nlines"); }, m, name},
          {[](auto& p) { p.mutable_scope()->set_requester("short"); }, m,
           "freeze: the requester is not 32 bytes"},
          {[](auto& p) { p.mutable_scope()->mutable_project()->set_name("survey"); }, m,
           "freeze: the project's issuer is not 32 bytes"},
          {[](auto& p) { p.mutable_scope()->mutable_project()->set_issuer(std::string(32, 'p')); },
           m, name},
      });
}

TEST(FreezeKind, TakesEveryScope) {
  SeededRandom random("scopes");
  v1::Scope purpose, requester, project;
  purpose.set_purpose("health");
  requester.set_requester(std::string(32, 'r'));
  project.mutable_project()->set_issuer(std::string(32, 'p'));
  project.mutable_project()->set_name("survey");
  for (const v1::Scope& scope : {ScopeOfAll(), purpose, requester, project}) {
    EXPECT_EQ(Told(ParseAs(kFreezeKind, Valid(random, scope).SerializeAsString()).status()), "OK");
  }
}

// The same words again are another document: what was lifted can be stopped anew.
TEST(FreezeKind, SaysTheSameTwiceAsTwoDocuments) {
  SeededRandom random("nonce");
  EXPECT_NE(Valid(random).nonce(), Valid(random).nonce());
}

TEST(FreezeKind, IsForOneGuardianOrTheBoard) {
  SeededRandom random("who");
  const TestOrg org = MakeTestOrg("lakes", 3, 2, false, random, TestCommons::Start());
  v1::OrgRoot card;
  card.ParseFromString(org.card.payload());
  const StopMaker make{kCommons, random};
  const auto enough = [&](const SigningKeys& keys) {
    const auto document = OpenDocument(make.Freeze(org.id, ScopeOfAll(), keys));
    return kFreezeKind.enough(*document, card);
  };
  EXPECT_TRUE(enough({org.guardian.get()}));
  EXPECT_TRUE(enough({&org.board[0], &org.board[2]}));
  EXPECT_FALSE(enough({}));
  EXPECT_FALSE(enough({&org.board[0]}));
  EXPECT_FALSE(enough({org.steward.get(), org.node.get()}));

  const auto document = *OpenDocument(make.Freeze(org.id, ScopeOfAll(), {}));
  EXPECT_TRUE(KeyCounts(document, org.guardian->public_key(), card));
  EXPECT_TRUE(KeyCounts(document, org.board[0].public_key(), card));
  EXPECT_FALSE(KeyCounts(document, org.steward->public_key(), card));
  EXPECT_TRUE(
      CheckKeyCounts(document, org.guardian->public_key(), "guardian-1", std::nullopt).ok());
  EXPECT_FALSE(CheckKeyCounts(document, org.steward->public_key(), "steward-1", std::nullopt).ok());
}

}  // namespace
}  // namespace commons::governance
