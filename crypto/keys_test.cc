#include "crypto/keys.h"

#include <sodium.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/hex.h"
#include "crypto/valid_r.h"
#include "crypto/vectors_for_test.h"
#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

SecretKeyAccess Token() { return SecretKeyAccess::IKnowWhatIAmDoing(); }

PublicKey KeyOf(const std::string& hex) { return *PublicKey::FromHex(hex); }

TEST(Ed25519, SignsAndVerifiesTheReferenceVectors) {
  std::ifstream in = OpenVectors("rfc8032/djb_sign_input_first128.txt");
  int count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    SCOPED_TRACE(count);
    const std::vector<std::string> fields = absl::StrSplit(line, ':');
    ASSERT_GE(fields.size(), 4u);
    const std::string seed = *HexToBytes(fields[0].substr(0, 64));
    const std::string message = *HexToBytes(fields[2]);
    const std::string signature = *HexToBytes(fields[3].substr(0, 128));
    auto key = SigningKey::FromSeed(seed, Token());
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(key->public_key().ToHex(), fields[1]);
    EXPECT_EQ(key->Seed(Token()), seed);
    EXPECT_EQ(key->Sign(message), signature);
    EXPECT_TRUE(VerifyStrict(key->public_key(), message, signature));
    EXPECT_FALSE(VerifyStrict(key->public_key(), message + "x", signature));
  }
  EXPECT_EQ(count, 128);
}

TEST(Ed25519, AgreesWithWycheproof) {
  const nlohmann::json file = ReadWycheproof("ed25519_test.json");
  int valid = 0, invalid = 0;
  for (const auto& group : file["testGroups"]) {
    const PublicKey key = *PublicKey::FromBytes(Hex(group["publicKey"]["pk"]));
    for (const auto& test : group["tests"]) {
      const bool expected = test["result"] == "valid";
      EXPECT_EQ(VerifyStrict(key, Hex(test["msg"]), Hex(test["sig"])), expected) << test;
      ++(expected ? valid : invalid);
    }
  }
  EXPECT_EQ(valid, 88);
  EXPECT_EQ(invalid, 63);
}

TEST(Ed25519, EveryFlippedBitIsRefused) {
  SeededRandom random(1);
  const SigningKey key = SigningKey::Generate(random);
  const std::string signature = key.Sign("message");
  for (size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    std::string bad = signature;
    bad[bit / 8] ^= 1 << bit % 8;
    EXPECT_FALSE(VerifyStrict(key.public_key(), "message", bad)) << bit;
  }
  for (size_t bit = 0; bit < 8 * PublicKey::kSize; ++bit) {
    PublicKey bad = key.public_key();
    bad.mutable_data()[bit / 8] ^= 1 << bit % 8;
    EXPECT_FALSE(VerifyStrict(bad, "message", signature)) << bit;
  }
}

// Whoever holds a key can make the equation hold with R the identity: S = k a. Nobody signs so.
TEST(Ed25519, TheIdentityAsRIsRefused) {
  const std::string seed(32, 's'), message = "m";
  const SigningKey key = *SigningKey::FromSeed(seed, Token());
  unsigned char hash[64], scalar[64] = {0}, a[32], k[32];
  crypto_hash_sha512(hash, reinterpret_cast<const unsigned char*>(seed.data()), seed.size());
  hash[0] &= 248, hash[31] &= 127, hash[31] |= 64;  // RFC 8032, 5.1.5
  std::copy(hash, hash + 32, scalar);
  crypto_core_ed25519_scalar_reduce(a, scalar);
  std::string signature(64, '\0');
  signature[0] = 1;  // 0 + 1 y
  const std::string hashed = signature.substr(0, 32) + key.public_key().ToBytes() + message;
  crypto_hash_sha512(hash, reinterpret_cast<const unsigned char*>(hashed.data()), hashed.size());
  crypto_core_ed25519_scalar_reduce(k, hash);
  auto* s = reinterpret_cast<unsigned char*>(signature.data()) + 32;
  crypto_core_ed25519_scalar_mul(s, k, a);
  // The equation does hold: S B = k A.
  unsigned char left[32], right[32];
  ASSERT_EQ(crypto_scalarmult_ed25519_base_noclamp(left, s), 0);
  ASSERT_EQ(crypto_scalarmult_ed25519_noclamp(right, k, key.public_key().data()), 0);
  ASSERT_TRUE(std::equal(left, left + 32, right));
  EXPECT_FALSE(VerifyStrict(key.public_key(), message, signature));
  // Not every libsodium refuses it by itself.
  for (const bool compared_exactly : {true, false}) {
    EXPECT_FALSE(internal::IsValidR(signature, compared_exactly));
    EXPECT_TRUE(internal::IsValidR(key.Sign(message), compared_exactly));
  }
}

TEST(Ed25519, WrongLengthsAreRefused) {
  SeededRandom random(2);
  const SigningKey key = SigningKey::Generate(random);
  const std::string signature = key.Sign("message");
  for (size_t size : {0, 1, 32, 63}) {
    EXPECT_FALSE(VerifyStrict(key.public_key(), "message", signature.substr(0, size)));
  }
  EXPECT_FALSE(VerifyStrict(key.public_key(), "message", signature + '\0'));
}

// Adds the group order L to S: the same signature for a verifier that does not check S < L.
TEST(Ed25519, NonCanonicalSIsRefused) {
  SeededRandom random(3);
  const SigningKey key = SigningKey::Generate(random);
  std::string signature = key.Sign("message");
  const std::string order =
      *HexToBytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  int carry = 0;
  for (int i = 0; i < 32; ++i) {
    carry += static_cast<uint8_t>(signature[32 + i]) + static_cast<uint8_t>(order[i]);
    signature[32 + i] = static_cast<char>(carry & 255);
    carry >>= 8;
  }
  EXPECT_FALSE(VerifyWithValidKey(key.public_key(), "message", signature));
}

// All eight torsion points and their non-canonical spellings (Chalkias et al., "Taming the many
// EdDSAs", table 6a).
const char* const kSmallOrderPoints[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
};

TEST(Ed25519, SmallOrderPublicKeysAreRefused) {
  // R = S*B with S = 0 is the identity: with a small-order key it verifies for about one message
  // in eight, wherever the verifier is lenient.
  const std::string forged = *HexToBytes(
      "0100000000000000000000000000000000000000000000000000000000000000"
      "0000000000000000000000000000000000000000000000000000000000000000");
  for (const char* hex : kSmallOrderPoints) {
    const PublicKey key = KeyOf(hex);
    EXPECT_FALSE(IsValidPublicKey(key)) << hex;
    for (int i = 0; i < 32; ++i) {
      EXPECT_FALSE(VerifyStrict(key, std::string(i, 'm'), forged)) << hex;
    }
  }
}

std::string Scalar(absl::string_view wide) {  // a scalar mod L of 64 bytes
  std::string out(32, '\0');
  crypto_core_ed25519_scalar_reduce(reinterpret_cast<uint8_t*>(out.data()),
                                    reinterpret_cast<const uint8_t*>(wide.data()));
  return out;
}

// Signs as RFC 8032 does, but with the caller's nonce r, point R and public key in the hash.
std::string SignWith(const std::string& seed, std::string r, const PublicKey& r_point,
                     const PublicKey& key, const std::string& message) {
  auto bytes = [](std::string& s) { return reinterpret_cast<uint8_t*>(s.data()); };
  std::string wide(64, '\0');
  std::string input = seed;
  crypto_hash_sha512(bytes(wide), bytes(input), input.size());
  std::string a = wide.substr(0, 32);
  a[0] &= 248;
  a[31] = static_cast<char>((a[31] & 127) | 64);
  a = Scalar(a + std::string(32, '\0'));
  input = r_point.ToBytes() + key.ToBytes() + message;
  crypto_hash_sha512(bytes(wide), bytes(input), input.size());
  std::string s = Scalar(wide);
  crypto_core_ed25519_scalar_mul(bytes(s), bytes(s), bytes(a));
  crypto_core_ed25519_scalar_add(bytes(s), bytes(s), bytes(r));
  return r_point.ToBytes() + s;
}

PublicKey Plus(const PublicKey& a, const PublicKey& b) {
  PublicKey sum;
  EXPECT_EQ(crypto_core_ed25519_add(sum.mutable_data(), a.data(), b.data()), 0);
  return sum;
}

class SpecialR : public testing::Test {
 protected:
  SpecialR() {
    EXPECT_EQ(crypto_scalarmult_ed25519_base_noclamp(
                  honest_r_.mutable_data(), reinterpret_cast<const uint8_t*>(nonce_.data())),
              0);
  }
  const std::string seed_ = std::string(32, 's');
  const SigningKey key_ = *SigningKey::FromSeed(seed_, Token());
  const std::string nonce_ = Scalar(std::string(64, 'r'));
  const PublicKey order_two_ = KeyOf(kSmallOrderPoints[4]);
  PublicKey honest_r_;
};

TEST_F(SpecialR, TheHonestOneIsAccepted) {
  EXPECT_TRUE(VerifyStrict(key_.public_key(), "m",
                           SignWith(seed_, nonce_, honest_r_, key_.public_key(), "m")));
}

TEST_F(SpecialR, SmallOrderIsRefusedThoughTheEquationHolds) {
  const PublicKey identity = KeyOf(kSmallOrderPoints[2]);
  const std::string zero(32, '\0');
  EXPECT_FALSE(VerifyStrict(key_.public_key(), "m",
                            SignWith(seed_, zero, identity, key_.public_key(), "m")));
}

// With a mixed-order key, R + T2 satisfies libsodium's equation whenever the hash is odd.
TEST_F(SpecialR, MixedOrderIsRefusedWhereLibsodiumAcceptsIt) {
  const PublicKey key = Plus(key_.public_key(), order_two_);
  const PublicKey r = Plus(honest_r_, order_two_);
  int accepted = 0;
  for (int i = 0; i < 64; ++i) {
    const std::string message(i, 'm');
    const std::string signature = SignWith(seed_, nonce_, r, key, message);
    accepted += crypto_sign_verify_detached(reinterpret_cast<const uint8_t*>(signature.data()),
                                            reinterpret_cast<const uint8_t*>(message.data()),
                                            message.size(), key.data()) == 0;
    EXPECT_FALSE(VerifyStrict(key, message, signature)) << i;
  }
  EXPECT_GT(accepted, 0);
}

// S*B - h*A - R; a verifier that works up to the cofactor accepts when it is of small order.
PublicKey Difference(const PublicKey& key, const std::string& message,
                     const std::string& signature) {
  auto bytes = [](std::string& s) { return reinterpret_cast<uint8_t*>(s.data()); };
  std::string input = signature.substr(0, 32) + key.ToBytes() + message, wide(64, '\0');
  crypto_hash_sha512(bytes(wide), bytes(input), input.size());
  std::string h = Scalar(wide), s = signature.substr(32);
  PublicKey sb, ha, out;
  EXPECT_EQ(crypto_scalarmult_ed25519_base_noclamp(sb.mutable_data(), bytes(s)), 0);
  EXPECT_EQ(crypto_scalarmult_ed25519_noclamp(ha.mutable_data(), bytes(h), key.data()), 0);
  EXPECT_EQ(crypto_core_ed25519_sub(out.mutable_data(), sb.data(), ha.data()), 0);
  const PublicKey r = *PublicKey::FromBytes(signature.substr(0, 32));
  EXPECT_EQ(crypto_core_ed25519_sub(out.mutable_data(), out.data(), r.data()), 0);
  return out;
}

// The whole of the small-order group: R + T is what releases of libsodium differ on.
TEST_F(SpecialR, OfMixedOrderIsRefusedUnderAValidKey) {
  const std::set<std::string> torsion(std::begin(kSmallOrderPoints), std::end(kSmallOrderPoints));
  int mixed = 0;
  for (const char* hex : kSmallOrderPoints) {
    PublicKey r;
    if (crypto_core_ed25519_add(r.mutable_data(), honest_r_.data(), KeyOf(hex).data()) != 0) {
      continue;
    }
    const std::string signature = SignWith(seed_, nonce_, r, key_.public_key(), "m");
    EXPECT_TRUE(torsion.contains(Difference(key_.public_key(), "m", signature).ToHex())) << hex;
    EXPECT_EQ(VerifyWithValidKey(key_.public_key(), "m", signature), r == honest_r_) << hex;
    mixed += r != honest_r_;
  }
  EXPECT_GE(mixed, 7);
}

// What decides whether R is multiplied out: refused exactly, accepted up to the cofactor.
TEST_F(SpecialR, TheProbeIsOffByAPointOfOrderEight) {
  const PublicKey r = Plus(honest_r_, KeyOf(kSmallOrderPoints[10]));
  const std::string signature = SignWith(seed_, nonce_, r, key_.public_key(), "m");
  EXPECT_EQ(key_.public_key().ToHex(), internal::kProbeKey);
  EXPECT_EQ(*HexToBytes(internal::kProbeSignature), signature);
  EXPECT_FALSE(VerifyStrict(key_.public_key(), "m", signature));
}

TEST(Ed25519, PointsOffTheSubgroupAreNotValidKeys) {
  // A good key plus the point of order two: on the curve, of mixed order.
  SeededRandom random(4);
  const SigningKey key = SigningKey::Generate(random);
  const PublicKey order_two = KeyOf(kSmallOrderPoints[4]);
  EXPECT_FALSE(IsValidPublicKey(Plus(key.public_key(), order_two)));
  EXPECT_TRUE(IsValidPublicKey(key.public_key()));
  EXPECT_FALSE(IsValidPublicKey(PublicKey()));
}

TEST(SigningKey, RefusesSeedsOfAnotherLength) {
  for (size_t size : {0, 31, 33, 64}) {
    EXPECT_EQ(SigningKey::FromSeed(std::string(size, 's'), Token()).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(SigningKey, IsDeterminedByTheRandomSource) {
  SeededRandom a(5), b(5), c(6);
  const SigningKey first = SigningKey::Generate(a);
  EXPECT_EQ(first.public_key(), SigningKey::Generate(b).public_key());
  EXPECT_NE(first.public_key(), SigningKey::Generate(c).public_key());
  EXPECT_NE(first.public_key(), SigningKey::Generate(a).public_key());
}

TEST(SigningKey, MovesWithItsSecret) {
  SeededRandom random(7);
  SigningKey a = SigningKey::Generate(random);
  const PublicKey key = a.public_key();
  SigningKey b = std::move(a);
  EXPECT_TRUE(VerifyStrict(key, "m", b.Sign("m")));
  b = SigningKey::Generate(random);
  EXPECT_FALSE(VerifyStrict(key, "m", b.Sign("m")));
}

}  // namespace
}  // namespace commons::crypto
