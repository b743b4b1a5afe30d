#include "crypto/hash.h"

#include <sodium.h>

#include <set>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

// The length-prefixed encoding, written out by hand and hashed in one piece.
std::string Field(const std::string& bytes) {
  std::string out;
  for (int i = 0; i < 8; ++i) out += static_cast<char>(uint64_t{bytes.size()} >> (8 * i) & 255);
  return out + bytes;
}

std::string Blake2b(const std::string& data, const std::string& key = "") {
  std::string out(32, '\0');
  crypto_generichash(reinterpret_cast<uint8_t*>(out.data()), out.size(),
                     reinterpret_cast<const uint8_t*>(data.data()), data.size(),
                     key.empty() ? nullptr : reinterpret_cast<const uint8_t*>(key.data()),
                     key.size());
  return out;
}

TEST(Sha256, MatchesFips180Examples) {
  EXPECT_EQ(Sha256("").ToHex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256("abc").ToHex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").ToHex(),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Sha256(std::string(1000000, 'a')).ToHex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(DocId, IsSha256OverTypeAndPayloadBetweenZeros) {
  const std::string bytes = std::string("\0type\0payload", 13);
  EXPECT_EQ(DocIdOf("type", "payload").view(), Sha256(bytes).view());
  EXPECT_NE(DocIdOf("type", "payload"), DocIdOf("typep", "ayload"));
  EXPECT_NE(DocIdOf("", ""), DocIdOf("", std::string(1, '\0')));
}

TEST(FieldHasher, HashesLengthPrefixedFieldsAfterTheDomain) {
  EXPECT_EQ(FieldHasher("d").Finish().view(), Blake2b(Field("d")));
  EXPECT_EQ(FieldHasher("d").Add("ab").Add("").Add(std::string(300, 'x')).Finish().view(),
            Blake2b(Field("d") + Field("ab") + Field("") + Field(std::string(300, 'x'))));
}

TEST(FieldHasher, WritesIntegersLittleEndian) {
  const std::string bytes("\x08\x07\x06\x05\x04\x03\x02\x01", 8);
  EXPECT_EQ(FieldHasher("d").AddU64(0x0102030405060708).Finish().view(),
            Blake2b(Field("d") + Field(bytes)));
}

TEST(FieldHasher, AddsTheBytesOfAnId) {
  const Hash32 id = Sha256("x");
  EXPECT_EQ(FieldHasher("d").Add(id).Finish(), FieldHasher("d").Add(id.view()).Finish());
}

TEST(FieldHasher, UsesTheKeyParameterOfBlake2b) {
  for (size_t size : {16, 32, 64}) {
    const std::string key(size, 'k');
    EXPECT_EQ(FieldHasher("d", key).Add("m").Finish().view(),
              Blake2b(Field("d") + Field("m"), key));
  }
  EXPECT_NE(FieldHasher("d", std::string(32, 'k')).Finish(), FieldHasher("d").Finish());
}

TEST(FieldHasher, DifferentFieldListsDiffer) {
  std::set<Hash32> seen;
  seen.insert(FieldHasher("d").Finish());
  seen.insert(FieldHasher("d").Add("").Finish());
  seen.insert(FieldHasher("d").Add("").Add("").Finish());
  seen.insert(FieldHasher("d").Add("ab").Add("c").Finish());
  seen.insert(FieldHasher("d").Add("a").Add("bc").Finish());
  seen.insert(FieldHasher("d").Add("abc").Finish());
  seen.insert(FieldHasher("da").Add("bc").Finish());
  seen.insert(FieldHasher("e").Add("abc").Finish());
  EXPECT_EQ(seen.size(), 8u);
}

TEST(FieldHasherDeathTest, BrokenContractsEndTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(FieldHasher("d", "short key"), "");
  EXPECT_DEATH(FieldHasher("d", std::string(65, 'k')), "");
  EXPECT_DEATH(
      {
        FieldHasher hasher("d");
        hasher.Finish();
        hasher.Finish();
      },
      "");
}

TEST(Retype, KeepsTheBytes) {
  const Hash32 hash = Sha256("x");
  EXPECT_EQ(Retype<QueryId>(hash).view(), hash.view());
}

}  // namespace
}  // namespace commons::crypto
