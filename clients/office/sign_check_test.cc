#include "clients/office/sign_check.h"

#include "gmock/gmock.h"
#include "governance/kinds.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using testing::HasSubstr;

crypto::KeyFile Key(const std::string& label) {
  return {label, true, crypto::SigningKey::Generate(crypto::SystemRandom())};
}

governance::Document Unsigned(const char* kind) {
  governance::Document document;
  document.envelope.set_payload_type(kind);
  return document;
}

class SignCheck : public testing::Test {
 protected:
  SignCheck() {
    card_.add_seats()->set_key(seat_.key.public_key().ToBytes());
    card_.add_stewards(steward_.key.public_key().ToBytes());
  }

  crypto::KeyFile seat_ = Key("board-1"), steward_ = Key("steward-1"), other_ = Key("board-1");
  v1::OrgRoot card_;
};

TEST_F(SignCheck, ByTheCardOnlySeatsCountAndOnAManifestStewards) {
  for (const char* kind : {kinds::kResolution, kinds::kOwnerPolicy, kinds::kProject}) {
    EXPECT_TRUE(CheckKeyCounts(Unsigned(kind), seat_, card_).ok()) << kind;
    EXPECT_FALSE(CheckKeyCounts(Unsigned(kind), steward_, card_).ok()) << kind;
    EXPECT_FALSE(CheckKeyCounts(Unsigned(kind), other_, card_).ok()) << kind;
  }
  EXPECT_TRUE(CheckKeyCounts(Unsigned(kinds::kManifest), seat_, card_).ok());
  EXPECT_TRUE(CheckKeyCounts(Unsigned(kinds::kManifest), steward_, card_).ok());
  EXPECT_FALSE(CheckKeyCounts(Unsigned(kinds::kManifest), other_, card_).ok());
}

TEST_F(SignCheck, WithoutACardTheLabelTells) {
  const governance::Document resolution = Unsigned(kinds::kResolution);
  for (const char* label : {"researcher-1", "guardian-1", "steward-1", "node", "tls", "witness"}) {
    const absl::Status status = CheckKeyCounts(resolution, Key(label), {});
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << label;
    EXPECT_THAT(status.message(), HasSubstr(label));
    EXPECT_THAT(status.message(), HasSubstr("board"));
  }
  EXPECT_TRUE(CheckKeyCounts(resolution, Key("board-2"), {}).ok());
  EXPECT_TRUE(CheckKeyCounts(resolution, Key("chair"), {}).ok());
  EXPECT_TRUE(CheckKeyCounts(Unsigned(kinds::kManifest), Key("steward-1"), {}).ok());
}

TEST_F(SignCheck, ACharterIsApprovedAndNotSigned) {
  EXPECT_THAT(CheckKeyCounts(Unsigned(kinds::kCharter), seat_, card_).message(),
              HasSubstr("doc approve"));
}

TEST_F(SignCheck, CountsOnlyTheSignaturesThatCount) {
  governance::Document document = Unsigned(kinds::kResolution);
  EXPECT_EQ(CountingSignatures(document, card_), 0u);
  document.signers = {other_.key.public_key(), steward_.key.public_key()};
  EXPECT_EQ(CountingSignatures(document, card_), 0u);
  document.signers.insert(seat_.key.public_key());
  EXPECT_EQ(CountingSignatures(document, card_), 1u);
}

}  // namespace
}  // namespace commons::clients
