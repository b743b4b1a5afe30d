#include "node/machine/node_mark.h"

#include <gtest/gtest.h>

#include <string>

#include "crypto/random.h"

namespace commons::node {
namespace {

class NodeMarkTest : public testing::Test {
 protected:
  NodeMarkTest() {
    mark_.org.mutable_data()[3] = 7;
    mark_.held = {12, 340, 2};
    mark_.store_key.mutable_data()[0] = 1;
    mark_.noise_key.mutable_data()[0] = 2;
    text_ = EncodeNodeMark(mark_, key_);
  }
  absl::StatusCode Told(const std::string& text) {
    return DecodeNodeMark(text, key_.public_key()).status().code();
  }

  crypto::SigningKey key_ = crypto::SigningKey::Generate(crypto::SystemRandom());
  NodeMark mark_;
  std::string text_;
};

TEST_F(NodeMarkTest, IsLinesThatAPersonCanRead) {
  EXPECT_EQ(text_.substr(0, text_.find("signature")),
            "commons node mark, format 2\n"
            "org 0000000700000000000000000000000000000000000000000000000000000000\n"
            "documents 12\nledger-entries 340\ndatasets 2\n"
            "store-key 0100000000000000000000000000000000000000000000000000000000000000\n"
            "noise-key 0200000000000000000000000000000000000000000000000000000000000000\n");
  const auto read = DecodeNodeMark(text_, key_.public_key());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->org, mark_.org);
  EXPECT_EQ(read->held, mark_.held);
  EXPECT_EQ(read->store_key, mark_.store_key);
  EXPECT_EQ(read->noise_key, mark_.noise_key);
}

// As versions wrote it that did not name the keys.
TEST_F(NodeMarkTest, OfFormat1IsRead) {
  mark_.store_key = mark_.noise_key = {};
  const std::string old = EncodeNodeMark(mark_, key_);
  EXPECT_EQ(old.substr(0, old.find("signature")),
            "commons node mark, format 1\n"
            "org 0000000700000000000000000000000000000000000000000000000000000000\n"
            "documents 12\nledger-entries 340\ndatasets 2\n");
  const auto read = DecodeNodeMark(old, key_.public_key());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->held, mark_.held);
  EXPECT_TRUE(read->store_key.IsZero());
}

// Every byte counts: one changed, one missing, one more.
TEST_F(NodeMarkTest, AnyOtherTextIsRefused) {
  for (size_t i = 0; i < text_.size(); ++i) {
    std::string changed = text_;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_NE(Told(changed), absl::StatusCode::kOk) << changed;
    changed[i] = static_cast<char>(changed[i] ^ 1 ^ 0x20);  // the other case of a letter
    EXPECT_NE(Told(changed), absl::StatusCode::kOk) << changed;
    EXPECT_NE(Told(text_.substr(0, i)), absl::StatusCode::kOk) << i;
    EXPECT_NE(Told(text_.substr(0, i) + ' ' + text_.substr(i)), absl::StatusCode::kOk) << i;
    EXPECT_NE(Told(text_.substr(0, i) + '\n' + text_.substr(i)), absl::StatusCode::kOk) << i;
  }
  EXPECT_EQ(Told(text_ + text_), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Told(text_ + std::string(1 << 20, 'x')), absl::StatusCode::kInvalidArgument);
}

TEST_F(NodeMarkTest, AnotherKeySignsNothingHere) {
  const auto other = crypto::SigningKey::Generate(crypto::SystemRandom());
  const absl::Status read = DecodeNodeMark(text_, other.public_key()).status();
  EXPECT_EQ(read.message(), "is not signed with this node's key");
}

TEST_F(NodeMarkTest, AFormatThisVersionDoesNotKnowIsNamedWhateverFollows) {
  const absl::Status read =
      DecodeNodeMark("commons node mark, format 7\nsomething new", key_.public_key()).status();
  EXPECT_EQ(read.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(read.message(),
            "the directory has format 7, and this version knows 2; install the version of "
            "commonsd that made it");
}

}  // namespace
}  // namespace commons::node
