#include "governance/kinds/stop/revocation.h"

#include "governance/kinds/sign_check.h"
#include "governance/testing/kind_cases_for_test.h"
#include "governance/testing/stops_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

struct Who {
  SeededRandom random{"revocation"};
  TestOrg org = MakeTestOrg("lakes", 3, 2, false, random, TestCommons::Start());
  v1::OrgRoot card;
  Who() { card.ParseFromString(org.card.payload()); }

  std::string Draft(const PublicKey& key) {
    return *DraftRevocation({org.id, key, 3, crypto::Sha256("root"), v1::STOP_KEY}, random,
                            TestCommons::Start());
  }
  bool Enough(const PublicKey& key, const SigningKeys& keys) {
    return kRevocationKind.enough(
        *OpenDocument(SignDocument(kRevocationKind.type, Draft(key), keys)), card);
  }
};

TEST(RevocationKind, RefusesWhatIsOffByOneThing) {
  Who w;
  v1::Revocation valid;
  valid.ParseFromString(w.Draft(w.org.guardian->public_key()));
  const auto m = v1::MALFORMED;
  const char* size = "revocation: last_good_size is out of range";
  ExpectRefusals<v1::Revocation>(
      kRevocationKind, valid,
      {
          {[](auto& p) { p.set_commons_id(std::string(32, 'c')); }, m,
           "commons_id is not 32 zero bytes"},
          {[](auto& p) { p.set_key(std::string(32, '\0')); }, m,
           "revocation: the key is not valid"},
          {[](auto& p) { p.set_last_good_size(0); }, m, size},
          {[](auto& p) { p.set_last_good_size(1 << 17); }, m, size},
          {[](auto& p) { p.set_last_good_root("short"); }, m,
           "revocation: last_good_root is not 32 bytes"},
          {[](auto& p) { p.clear_reason(); }, m, "revocation: no reason"},
      });
}

TEST(RevocationKind, IsForTheKeyItselfOrTheBoard) {
  Who w;
  const PublicKey guardian = w.org.guardian->public_key();
  EXPECT_TRUE(w.Enough(guardian, {w.org.guardian.get()}));
  EXPECT_TRUE(w.Enough(guardian, {&w.org.board[0], &w.org.board[1]}));
  EXPECT_FALSE(w.Enough(guardian, {&w.org.board[0]}));
  EXPECT_FALSE(w.Enough(guardian, {w.org.steward.get()}));
  // A key that nothing depends on, or that the node works with, is not revoked so.
  EXPECT_FALSE(w.Enough(w.org.node->public_key(), {w.org.node.get()}));
  const crypto::SigningKey stranger = crypto::SigningKey::Generate(w.random);
  EXPECT_FALSE(w.Enough(stranger.public_key(), {&stranger}));
  const auto document = *OpenDocument(SignDocument(kRevocationKind.type, w.Draft(guardian), {}));
  EXPECT_TRUE(KeyCounts(document, guardian, w.card));
  EXPECT_FALSE(KeyCounts(document, w.org.steward->public_key(), w.card));
}

}  // namespace
}  // namespace commons::governance
