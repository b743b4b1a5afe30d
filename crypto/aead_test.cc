#include "crypto/aead.h"

#include "crypto/vectors_for_test.h"
#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

SecretKeyAccess Token() { return SecretKeyAccess::IKnowWhatIAmDoing(); }

// Hands out prepared bytes, so that a published vector's nonce can be sealed under.
class FixedRandom : public RandomSource {
 public:
  explicit FixedRandom(std::string bytes) : bytes_(std::move(bytes)) {}
  void Fill(void* out, size_t size) override {
    ASSERT_EQ(size, bytes_.size());
    std::copy(bytes_.begin(), bytes_.end(), static_cast<char*>(out));
  }

 private:
  std::string bytes_;
};

TEST(Aead, AgreesWithWycheproof) {
  const nlohmann::json file = ReadWycheproof("xchacha20_poly1305_test.json");
  int valid = 0, invalid = 0;
  for (const auto& group : file["testGroups"]) {
    for (const auto& test : group["tests"]) {
      const AeadKey key = *AeadKey::FromBytes(Hex(test["key"]), Token());
      const std::string nonce = Hex(test["iv"]), aad = Hex(test["aad"]), text = Hex(test["msg"]);
      const std::string sealed = nonce + Hex(test["ct"]) + Hex(test["tag"]);
      const auto opened = key.Open(sealed, aad);
      if (test["result"] == "valid") {
        ++valid;
        ASSERT_TRUE(opened.ok()) << test;
        EXPECT_EQ(*opened, text) << test;
        FixedRandom random(nonce);
        EXPECT_EQ(key.Seal(text, aad, random), sealed) << test;
      } else {
        ++invalid;
        EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss) << test;
      }
    }
  }
  EXPECT_EQ(valid, 246);
  EXPECT_EQ(invalid, 69);
}

class AeadTest : public testing::Test {
 protected:
  SeededRandom random_{30};
  AeadKey key_ = AeadKey::Generate(random_);
};

TEST_F(AeadTest, RoundTripsEverySize) {
  for (size_t size : {0, 1, 15, 16, 63, 64, 65, 1000, 100000}) {
    const std::string text = random_.Bytes(size);
    const std::string sealed = key_.Seal(text, "context", random_);
    EXPECT_EQ(sealed.size(), 24 + size + 16);
    EXPECT_EQ(*key_.Open(sealed, "context"), text);
  }
}

TEST_F(AeadTest, SealsTheSameTextDifferentlyEachTime) {
  EXPECT_NE(key_.Seal("text", "", random_), key_.Seal("text", "", random_));
}

TEST_F(AeadTest, EveryFlippedBitAndEveryCutIsRefused) {
  const std::string sealed = key_.Seal("some text", "context", random_);
  for (size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    std::string bad = sealed;
    bad[bit / 8] ^= 1 << bit % 8;
    EXPECT_EQ(key_.Open(bad, "context").status().code(), absl::StatusCode::kDataLoss) << bit;
  }
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(key_.Open(sealed.substr(0, size), "context").status().code(),
              absl::StatusCode::kDataLoss);
  }
  EXPECT_FALSE(key_.Open(sealed + '\0', "context").ok());
}

TEST_F(AeadTest, AnotherKeyOrContextIsRefused) {
  const std::string sealed = key_.Seal("text", "context", random_);
  EXPECT_FALSE(key_.Open(sealed, "context2").ok());
  EXPECT_FALSE(key_.Open(sealed, "").ok());
  EXPECT_FALSE(AeadKey::Generate(random_).Open(sealed, "context").ok());
}

TEST_F(AeadTest, KeysRoundTripAndMove) {
  const std::string raw = key_.Bytes(Token());
  EXPECT_EQ(raw.size(), 32u);
  const std::string sealed = key_.Seal("text", "", random_);
  AeadKey copy = *AeadKey::FromBytes(raw, Token());
  AeadKey moved = std::move(copy);
  EXPECT_EQ(*moved.Open(sealed, ""), "text");
  for (size_t size : {0, 31, 33}) {
    EXPECT_EQ(AeadKey::FromBytes(std::string(size, 'k'), Token()).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace commons::crypto
