#include "crypto/dsse.h"

#include "base/limits.h"
#include "crypto/vectors_for_test.h"
#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

constexpr char kType[] = "http://example.com/HelloWorld";

class DsseTest : public testing::Test {
 protected:
  SigningKey NewKey() { return SigningKey::Generate(random_); }
  SeededRandom random_{10};
};

// protocol.md of secure-systems-lab/dsse.
TEST_F(DsseTest, PreAuthEncodingMatchesTheSpecification) {
  EXPECT_EQ(PreAuthEncoding(kType, "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST_F(DsseTest, PreAuthEncodingCountsBytesAndKeepsThemAll) {
  EXPECT_EQ(PreAuthEncoding("", ""), "DSSEv1 0  0 ");
  const std::string payload("a\0b\xff", 4);
  EXPECT_EQ(PreAuthEncoding("t", payload), "DSSEv1 1 t 4 " + payload);
  EXPECT_NE(PreAuthEncoding("t 1", "x"), PreAuthEncoding("t", "1 x"));
}

TEST_F(DsseTest, SignsThePreAuthEncoding) {
  const SigningKey key = NewKey();
  const DsseSignature s = SignDsse(key, kType, "p");
  EXPECT_EQ(s.key, key.public_key());
  EXPECT_TRUE(VerifyStrict(s.key, PreAuthEncoding(kType, "p"), s.signature));
  EXPECT_FALSE(VerifyStrict(s.key, "p", s.signature));
}

TEST_F(DsseTest, CountsDistinctKeysOnce) {
  const SigningKey a = NewKey(), b = NewKey();
  const DsseSignature sa = SignDsse(a, kType, "p"), sb = SignDsse(b, kType, "p");
  EXPECT_EQ(ValidSigners(kType, "p", {sa, sa, sb, sa, sb}),
            (std::set<PublicKey>{a.public_key(), b.public_key()}));
  EXPECT_TRUE(ValidSigners(kType, "p", {}).empty());
}

TEST_F(DsseTest, IgnoresInvalidExtras) {
  const SigningKey a = NewKey(), b = NewKey(), c = NewKey();
  DsseSignature stolen = SignDsse(a, kType, "p");
  stolen.key = b.public_key();
  DsseSignature cut = SignDsse(c, kType, "p");
  cut.signature.pop_back();
  const DsseSignature zero{PublicKey(), std::string(64, '\0')};
  EXPECT_EQ(
      ValidSigners(kType, "p", {stolen, cut, zero, {c.public_key(), ""}, SignDsse(a, kType, "p")}),
      std::set<PublicKey>{a.public_key()});
}

TEST_F(DsseTest, AnInvalidSignatureDoesNotHideALaterGoodOne) {
  const SigningKey a = NewKey();
  const DsseSignature bad{a.public_key(), std::string(64, 'x')};
  EXPECT_EQ(ValidSigners(kType, "p", {bad, SignDsse(a, kType, "p")}).size(), 1u);
}

TEST_F(DsseTest, ASignatureIsForOneTypeAndOnePayload) {
  const SigningKey a = NewKey();
  const DsseSignature s = SignDsse(a, kType, "p");
  EXPECT_TRUE(ValidSigners("other", "p", {s}).empty());
  EXPECT_TRUE(ValidSigners(kType, "q", {s}).empty());
  EXPECT_EQ(ValidSigners(kType, "p", {s}).size(), 1u);
}

TEST_F(DsseTest, LooksAtTheFirstSixtyFourOnly) {
  ASSERT_EQ(limits::kSignaturesPerEnvelope, 64u);
  const SigningKey a = NewKey();
  std::vector<DsseSignature> signatures(63, {a.public_key(), std::string(64, 'x')});
  signatures.push_back(SignDsse(a, kType, "p"));
  EXPECT_EQ(ValidSigners(kType, "p", signatures).size(), 1u);
  signatures.insert(signatures.begin(), {a.public_key(), ""});
  EXPECT_TRUE(ValidSigners(kType, "p", signatures).empty());
}

}  // namespace
}  // namespace commons::crypto
