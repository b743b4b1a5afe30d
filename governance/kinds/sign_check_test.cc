#include "governance/kinds/sign_check.h"

#include "crypto/keys.h"
#include "gmock/gmock.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/table.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;

struct LabelledKey {
  std::string label;
  PublicKey key;
};

LabelledKey Key(const std::string& label) {
  return {label, crypto::SigningKey::Generate(crypto::SystemRandom()).public_key()};
}

absl::Status Counts(const Document& document, const LabelledKey& key,
                    const std::optional<v1::OrgRoot>& issuer) {
  return CheckKeyCounts(document, key.key, key.label, issuer);
}

Document Unsigned(const char* kind) {
  Document document;
  document.envelope.set_payload_type(kind);
  document.payload = FindKind(kind)->make();
  return document;
}

class SignCheck : public testing::Test {
 protected:
  SignCheck() {
    card_.add_seats()->set_key(seat_.key.ToBytes());
    card_.add_stewards(steward_.key.ToBytes());
  }

  LabelledKey seat_ = Key("board-1"), steward_ = Key("steward-1"), other_ = Key("board-1");
  v1::OrgRoot card_;
};

TEST_F(SignCheck, ByTheCardOnlySeatsCountAndOnAManifestStewards) {
  for (const char* kind : {kinds::kResolution, kinds::kOwnerPolicy, kinds::kProject}) {
    EXPECT_TRUE(Counts(Unsigned(kind), seat_, card_).ok()) << kind;
    EXPECT_FALSE(Counts(Unsigned(kind), steward_, card_).ok()) << kind;
    EXPECT_FALSE(Counts(Unsigned(kind), other_, card_).ok()) << kind;
  }
  EXPECT_TRUE(Counts(Unsigned(kinds::kManifest), seat_, card_).ok());
  EXPECT_TRUE(Counts(Unsigned(kinds::kManifest), steward_, card_).ok());
  EXPECT_FALSE(Counts(Unsigned(kinds::kManifest), other_, card_).ok());
}

TEST_F(SignCheck, WithoutACardTheLabelTells) {
  const Document resolution = Unsigned(kinds::kResolution);
  for (const char* label : {"researcher-1", "guardian-1", "steward-1", "node", "tls", "witness"}) {
    const absl::Status status = Counts(resolution, Key(label), {});
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << label;
    EXPECT_THAT(status.message(), HasSubstr(label));
    EXPECT_THAT(status.message(), HasSubstr("board"));
  }
  EXPECT_TRUE(Counts(resolution, Key("board-2"), {}).ok());
  EXPECT_TRUE(Counts(resolution, Key("chair"), {}).ok());
  EXPECT_TRUE(Counts(Unsigned(kinds::kManifest), Key("steward-1"), {}).ok());
}

TEST_F(SignCheck, WhoIsNamedInAProjectSignsItWithAnyCardAndWithoutOne) {
  const LabelledKey lead = Key("researcher-1");
  auto project = std::make_shared<v1::Project>();
  project->add_researchers(lead.key.ToBytes());
  Document document = Unsigned(kinds::kProject);
  document.payload = project;
  EXPECT_TRUE(Counts(document, lead, card_).ok());
  EXPECT_TRUE(Counts(document, lead, {}).ok());
  EXPECT_THAT(Counts(document, Key("researcher-2"), card_).message(), HasSubstr("named in it"));
}

TEST_F(SignCheck, HowToReachANodeIsSaidByTheNodeAlone) {
  const LabelledKey node = Key("node");
  card_.mutable_node()->set_node_key(node.key.ToBytes());
  EXPECT_TRUE(Counts(Unsigned(kinds::kNodeInfo), node, card_).ok());
  EXPECT_TRUE(Counts(Unsigned(kinds::kNodeInfo), node, {}).ok());
  EXPECT_THAT(Counts(Unsigned(kinds::kNodeInfo), seat_, card_).message(),
              HasSubstr("the node's own key"));
  EXPECT_FALSE(Counts(Unsigned(kinds::kOwnerPolicy), node, card_).ok());
}

TEST_F(SignCheck, ACharterIsApprovedAndNotSigned) {
  EXPECT_THAT(Counts(Unsigned(kinds::kCharter), seat_, card_).message(), HasSubstr("doc approve"));
}

TEST_F(SignCheck, CountsOnlyTheSignaturesThatCount) {
  Document document = Unsigned(kinds::kResolution);
  EXPECT_EQ(CountingSignatures(document, card_), 0u);
  document.signers = {other_.key, steward_.key};
  EXPECT_EQ(CountingSignatures(document, card_), 0u);
  document.signers.insert(seat_.key);
  EXPECT_EQ(CountingSignatures(document, card_), 1u);
}

}  // namespace
}  // namespace commons::governance
