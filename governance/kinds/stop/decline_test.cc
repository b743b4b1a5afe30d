#include "governance/kinds/stop/decline.h"

#include "governance/kinds/open_document.h"
#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

v1::Decline Valid() {
  v1::Decline decline;
  decline.set_commons_id(std::string(32, 'c'));
  decline.set_issuer(std::string(32, 'o'));
  decline.set_nonce(std::string(16, 'n'));
  decline.set_issued_at(1);
  decline.set_document(std::string(32, 'd'));
  decline.add_reason()->set_text("too wide for us");
  return decline;
}

TEST(DeclineKind, RefusesWhatIsOffByOneThing) {
  const auto m = v1::MALFORMED;
  const char* text = "decline: a reason is empty or too long";
  ExpectRefusals<v1::Decline>(
      kDeclineKind, Valid(),
      {
          {[](auto& p) { p.set_document("short"); }, m, "decline: document is not a document id"},
          {[](auto& p) { p.mutable_reason(0)->set_text(""); }, m, text},
          {[](auto& p) { p.mutable_reason(0)->set_text(std::string(513, 't')); }, m, text},
          {[](auto& p) { p.mutable_reason(0)->set_lang(std::string(129, 'l')); }, m, text},
          {[](auto& p) {
             while (p.reason_size() <= 8) p.add_reason()->set_text("again");
           },
           m, "decline: more than 8 texts"},
      });
}

TEST(DeclineKind, IsForAnySeat) {
  SeededRandom random("who");
  const TestOrg org = MakeTestOrg("lakes", 3, 2, false, random, TestCommons::Start());
  v1::OrgRoot card;
  card.ParseFromString(org.card.payload());
  const auto enough = [&](const crypto::SigningKey& key) {
    return kDeclineKind.enough(
        *OpenDocument(SignDocument(kDeclineKind.type, Valid().SerializeAsString(), {&key})), card);
  };
  EXPECT_TRUE(enough(org.board[2]));
  EXPECT_FALSE(enough(*org.guardian));
}

}  // namespace
}  // namespace commons::governance
