#include "node/machine/home.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/mode_for_test.h"
#include "base/temp_dir_for_test.h"
#include "crypto/keyfile.h"
#include "governance/document/rule_file.h"
#include "governance/testing/commons_for_test.h"

namespace commons::node {
namespace {

namespace fs = std::filesystem;
namespace files = node_files;
using testing::HasSubstr;

// A directory as `commons node init` leaves it.
class HomeTest : public testing::Test {
 protected:
  HomeTest() {
    fs::create_directory(files::Path(dir_.path(), files::kKeys));
    WriteKey(files::kNodeKey, *org_.node);
    WriteKey(files::kTlsKey, *org_.tls);
    WriteCard(org_.card);
  }
  void WriteKey(absl::string_view label, const crypto::SigningKey& key) {
    const std::string path = files::MachineKey(dir_.path(), label);
    fs::remove(path);
    ASSERT_TRUE(crypto::WriteRawKey(path, label, true, key).ok());
  }
  void WriteCard(const v1::Envelope& card) {
    v1::RuleFile file;
    *file.add_envelopes() = card;
    std::ofstream(files::Path(dir_.path(), files::kCard)) << governance::EncodeRuleFile(file);
  }
  absl::StatusOr<Home> Open() { return OpenHome(dir_.path(), crypto::SystemRandom()); }

  TempDir dir_;
  governance::TestOrg org_ = governance::MakeTestOrg("auckland", 2, 2, true, crypto::SystemRandom(),
                                                     absl::FromUnixSeconds(1'800'000'000));
};

TEST_F(HomeTest, HoldsTheCardAndItsKeys) {
  const auto home = Open();
  ASSERT_TRUE(home.ok()) << home.status();
  EXPECT_EQ(home->org, org_.id);
  EXPECT_EQ(home->root.name(), "auckland");
  EXPECT_EQ(home->node_key.public_key(), org_.node->public_key());
  EXPECT_EQ(home->tls_key.public_key(), org_.tls->public_key());
  EXPECT_EQ(home->noise_secret.size(), 32u);
}

TEST_F(HomeTest, WhatTheDaemonAddsIsMadeOnceAndKeptToItself) {
  const auto first = Open();
  ASSERT_TRUE(first.ok()) << first.status();
  for (const char* label : {files::kStoreKey, files::kNoiseKey}) {
    EXPECT_EQ(ModeOf(files::MachineKey(dir_.path(), label)), 0600u) << label;
  }
  EXPECT_EQ(ModeOf(first->inbox()), 0770u);
  EXPECT_EQ(ModeOf(first->outbox()), 0770u);
  const auto second = Open();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->noise_secret, first->noise_secret);
  constexpr auto kTest = crypto::SecretKeyAccess::IKnowWhatIAmDoing;
  EXPECT_EQ(second->store_key.Bytes(kTest()), first->store_key.Bytes(kTest()));
  EXPECT_NE(first->noise_secret, first->store_key.Bytes(kTest()));
}

TEST_F(HomeTest, KeysThatAreNotOnTheCardAreRefused) {
  WriteKey(files::kTlsKey, *org_.witness);
  const absl::Status refused = Open().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.message(), HasSubstr("/keys: not the keys that are on "));
}

TEST_F(HomeTest, KeysThatOthersMayReadAreRefused) {
  const std::string path = files::MachineKey(dir_.path(), files::kNodeKey);
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  const absl::Status refused = Open().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied) << refused;
  EXPECT_THAT(refused.message(), HasSubstr(path));
}

TEST_F(HomeTest, WithoutACardItSaysWhatToDo) {
  const std::string path = files::Path(dir_.path(), files::kCard);
  fs::remove(path);
  EXPECT_EQ(Open().status(), absl::NotFoundError(path + ": missing; run `commons node init`"));
  v1::Envelope other = org_.card;
  other.set_payload_type(governance::kinds::kApproval);
  WriteCard(other);
  EXPECT_EQ(Open().status(), absl::InvalidArgumentError(path + ": holds no organisation card"));
}

TEST_F(HomeTest, ACardThatTooFewOfItsBoardSignedIsRefused) {
  org_.card.mutable_signatures()->RemoveLast();
  WriteCard(org_.card);
  const absl::Status refused = Open().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.message(), HasSubstr("the board has not signed it"));
}

}  // namespace
}  // namespace commons::node
