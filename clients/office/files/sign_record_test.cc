#include "clients/office/files/sign_record.h"

#include <sys/stat.h>

#include <memory>
#include <utility>

#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

// `id` fills the 32 bytes of the document's id.
governance::Document Policy(char id, uint64_t version, const std::string& chain = "policy/cases") {
  auto payload = std::make_shared<v1::OwnerPolicy>();
  v1::Header& header = *payload->mutable_header();
  header.set_issuer(std::string(32, 'o'));
  header.set_chain(chain);
  header.set_version(version);
  governance::Document document;
  document.id = *DocId::FromBytes(std::string(32, id));
  document.header = &header;
  document.payload = std::move(payload);
  return document;
}

TEST(SignRecord, OneKeySignsOneDocumentPerVersion) {
  const TempDir dir;
  const std::string key = dir / "board-1.key";
  EXPECT_TRUE(RecordSignature(key, Policy('a', 1), false).ok());
  EXPECT_TRUE(RecordSignature(key, Policy('a', 1), false).ok());  // the same again
  EXPECT_TRUE(RecordSignature(key, Policy('b', 2), false).ok());
  EXPECT_TRUE(RecordSignature(key, Policy('c', 1, "policy/other"), false).ok());

  const absl::Status other = RecordSignature(key, Policy('d', 1), false);
  EXPECT_EQ(other.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(other.message(), testing::HasSubstr("--replace"));
  // Refused, so not noted: the first one still counts.
  EXPECT_TRUE(RecordSignature(key, Policy('a', 1), false).ok());
}

TEST(SignRecord, ReplacingIsRemembered) {
  const TempDir dir;
  const std::string key = dir / "board-1.key";
  ASSERT_TRUE(RecordSignature(key, Policy('a', 1), false).ok());
  EXPECT_TRUE(RecordSignature(key, Policy('b', 1), true).ok());
  EXPECT_TRUE(RecordSignature(key, Policy('b', 1), false).ok());
  EXPECT_FALSE(RecordSignature(key, Policy('a', 1), false).ok());
}

TEST(SignRecord, EachKeyHasItsOwn) {
  const TempDir dir;
  ASSERT_TRUE(RecordSignature(dir / "board-1.key", Policy('a', 1), false).ok());
  EXPECT_TRUE(RecordSignature(dir / "board-2.key", Policy('b', 1), false).ok());
  struct stat info;
  ASSERT_EQ(stat((dir / "board-1.key.signed").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST(SignRecord, TwoGenesesAreTwoChains) {
  const TempDir dir;
  for (const char id : {'a', 'b'}) {
    governance::Document genesis = Policy(id, 1, "commons");
    v1::Header header = *genesis.header;
    header.clear_issuer();
    header.set_nonce(std::string(16, id));
    genesis.header = &header;
    EXPECT_TRUE(RecordSignature(dir / "board-1.key", genesis, false).ok()) << id;
  }
}

}  // namespace
}  // namespace commons::clients
