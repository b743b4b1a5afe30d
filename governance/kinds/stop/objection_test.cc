#include "governance/kinds/stop/objection.h"

#include "governance/kinds/open_document.h"
#include "governance/kinds/sign_check.h"
#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"
#include "proto/recovery.pb.h"

namespace commons::governance {
namespace {

v1::Objection Valid() {
  SeededRandom random("objection");
  v1::Objection objection;
  objection.ParseFromString(*DraftObjection(*OrgId::FromBytes(std::string(32, 'o')),
                                            *DocId::FromBytes(std::string(32, 'r')), random,
                                            TestCommons::Start()));
  return objection;
}

TEST(ObjectionKind, RefusesWhatIsOffByOneThing) {
  const auto m = v1::MALFORMED;
  const char* commons = "commons_id is not 32 zero bytes";
  ExpectRefusals<v1::Objection>(
      kObjectionKind, Valid(),
      {
          {[](auto& p) { p.set_card("short"); }, m, "objection: card is not a document id"},
          {[](auto& p) { p.clear_card(); }, m, "objection: card is not a document id"},
          {[](auto& p) { p.set_commons_id(std::string(32, 'c')); }, m, commons},
          {[](auto& p) { p.clear_commons_id(); }, m, commons},
          {[](auto& p) { p.set_issuer(std::string(32, '\0')); }, m,
           "issuer is not an organisation"},
          {[](auto& p) { p.set_nonce(std::string(17, 'n')); }, m, "the nonce is not 16 bytes"},
          {[](auto& p) { p.clear_issued_at(); }, m, "issued_at is out of range"},
      });
}

TEST(ObjectionKind, IsForAnySeatAndNobodyElse) {
  SeededRandom random("who");
  const TestOrg org = MakeTestOrg("lakes", 3, 2, false, random, TestCommons::Start());
  v1::OrgRoot card;
  card.ParseFromString(org.card.payload());
  const auto signed_by = [&](const crypto::SigningKey& key) {
    return *OpenDocument(SignDocument(kObjectionKind.type, Valid().SerializeAsString(), {&key}));
  };
  for (const crypto::SigningKey& seat : org.board) {
    EXPECT_TRUE(kObjectionKind.enough(signed_by(seat), card));
    EXPECT_TRUE(KeyCounts(signed_by(seat), seat.public_key(), card));
  }
  for (const auto* other : {org.guardian.get(), org.steward.get(), org.node.get()}) {
    EXPECT_FALSE(kObjectionKind.enough(signed_by(*other), card));
    EXPECT_FALSE(KeyCounts(signed_by(*other), other->public_key(), card));
  }
}

}  // namespace
}  // namespace commons::governance
