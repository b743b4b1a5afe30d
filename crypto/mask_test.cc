#include "crypto/mask.h"

#include <sodium.h>

#include <numeric>
#include <set>

#include "crypto/hash.h"
#include "crypto/vectors_for_test.h"
#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

using Vector = std::vector<uint64_t>;

const Hash32 kTranscript = Sha256("transcript");

// The primitive under the masks, against published vectors: 31 give the all-zero result.
TEST(X25519, AgreesWithWycheproof) {
  const nlohmann::json file = ReadWycheproof("x25519_test.json");
  int agreed = 0, zero = 0, non_canonical = 0;
  for (const auto& group : file["testGroups"]) {
    for (const auto& test : group["tests"]) {
      const std::string scalar = Hex(test["private"]), point = Hex(test["public"]);
      ASSERT_EQ(scalar.size() + point.size(), 64u);
      std::string shared(32, '\0');
      const int result = crypto_scalarmult(reinterpret_cast<uint8_t*>(shared.data()),
                                           reinterpret_cast<const uint8_t*>(scalar.data()),
                                           reinterpret_cast<const uint8_t*>(point.data()));
      const bool expect_zero = Hex(test["shared"]) == std::string(32, '\0');
      EXPECT_EQ(result != 0, expect_zero) << test;
      EXPECT_EQ(expect_zero || shared == Hex(test["shared"]), true) << test;
      const auto& flags = test["flags"];
      const bool canonical =
          std::find(flags.begin(), flags.end(), "NonCanonicalPublic") == flags.end();
      non_canonical += !canonical;
      EXPECT_EQ(CheckEphemeral(*PublicKey::FromBytes(point)).ok(), !expect_zero && canonical)
          << test;
      ++(expect_zero ? zero : agreed);
    }
  }
  EXPECT_EQ(zero, 31);
  EXPECT_EQ(agreed, 518 - 31);
  EXPECT_EQ(non_canonical, 19);
}

// p = 2^255 - 19 and whatever is above it: X25519 takes each for the number modulo p.
TEST(X25519, OneTextForEachKey) {
  const auto text = [](uint8_t first, uint8_t last) {
    return *PublicKey::FromBytes(std::string(1, static_cast<char>(first)) +
                                 std::string(30, '\xff') + std::string(1, static_cast<char>(last)));
  };
  EXPECT_TRUE(CheckEphemeral(text(0xeb, 0x7f)).ok()) << "p - 2";
  for (int first = 0xed; first <= 0xff; ++first) {
    EXPECT_FALSE(CheckEphemeral(text(first, 0x7f)).ok()) << "p + " << first - 0xed;
  }
  for (int first = 0; first <= 0xff; ++first) {
    EXPECT_TRUE(CheckEphemeral(text(first, 0x7e)).ok()) << first;
    EXPECT_FALSE(CheckEphemeral(text(first, 0xfe)).ok()) << first << ", with the bit of no use";
  }
}

// A roster of n members, each with a secret vector.
struct Roster {
  Roster(size_t n, size_t cells, uint8_t seed) : random(seed) {
    for (size_t i = 0; i < n; ++i) {
      keys.push_back(EphemeralKey::Generate(random));
      points.push_back(keys.back().public_key());
      plain.emplace_back(cells);
      random.Fill(plain.back().data(), cells * sizeof(uint64_t));
    }
  }
  Vector Masked(size_t i, const Hash32& transcript = kTranscript) const {
    Vector out = plain[i];
    EXPECT_TRUE(AddPairwiseMasks(keys[i], points, i, transcript, absl::MakeSpan(out)).ok());
    return out;
  }

  SeededRandom random;
  std::vector<EphemeralKey> keys;
  std::vector<PublicKey> points;
  std::vector<Vector> plain;
};

void AddTo(Vector& sum, const Vector& v) {
  for (size_t c = 0; c < sum.size(); ++c) sum[c] += v[c];
}

TEST(Masks, CancelExactlyForEveryRosterSize) {
  for (size_t n = 2; n <= 50; ++n) {
    const Roster roster(n, 17, static_cast<uint8_t>(n));
    Vector plain(17), masked(17);
    for (size_t i = 0; i < n; ++i) {
      AddTo(plain, roster.plain[i]);
      AddTo(masked, roster.Masked(i));
    }
    EXPECT_EQ(masked, plain) << n;
  }
}

TEST(Masks, DoNotCancelWhenOneMemberIsMissing) {
  const Roster roster(5, 100, 60);
  Vector plain(100), masked(100);
  for (size_t i = 0; i < 4; ++i) {
    AddTo(plain, roster.plain[i]);
    AddTo(masked, roster.Masked(i));
  }
  for (size_t c = 0; c < 100; ++c) EXPECT_NE(masked[c], plain[c]);
}

TEST(Masks, DoNotCancelWhenOneMemberSawAnotherTranscript) {
  const Roster roster(5, 100, 61);
  Vector plain(100), masked(100);
  for (size_t i = 0; i < 5; ++i) {
    AddTo(plain, roster.plain[i]);
    AddTo(masked, roster.Masked(i, i == 2 ? Sha256("other") : kTranscript));
  }
  for (size_t c = 0; c < 100; ++c) EXPECT_NE(masked[c], plain[c]);
}

// The definition, spelled out with ChaChaStream in place of the block function.
TEST(Masks, FollowTheDefinition) {
  Roster roster(2, 600, 62);
  SeededRandom replay(63);
  const std::string scalar = replay.Bytes(32);
  SeededRandom again(63);
  const EphemeralKey own = EphemeralKey::Generate(again);
  std::string shared(32, '\0');
  ASSERT_EQ(
      crypto_scalarmult(reinterpret_cast<uint8_t*>(shared.data()),
                        reinterpret_cast<const uint8_t*>(scalar.data()), roster.points[0].data()),
      0);
  for (size_t own_index : {0, 1}) {
    std::vector<PublicKey> points = {roster.points[0], roster.points[0]};
    points[own_index] = own.public_key();
    ChaChaStream stream(FieldHasher("commons/mask/1", shared)
                            .Add(kTranscript)
                            .Add(points[0])
                            .Add(points[1])
                            .Finish());
    Vector vector(600, 5);
    ASSERT_TRUE(AddPairwiseMasks(own, points, own_index, kTranscript, absl::MakeSpan(vector)).ok());
    for (uint64_t cell : vector) {
      const uint64_t mask = stream.NextU64();
      ASSERT_EQ(cell, own_index == 0 ? 5 + mask : 5 - mask);
    }
  }
}

// Chi-square over the byte values; 255 degrees of freedom, mean 255, standard deviation 22.6:
// 400 is beyond six of them. The unmasked vector, small counts, must fail the same test.
double ChiSquare(const Vector& vector) {
  std::vector<double> counts(256);
  for (uint64_t cell : vector) {
    for (int i = 0; i < 8; ++i) ++counts[cell >> (8 * i) & 255];
  }
  const double expected = vector.size() * 8.0 / 256;
  return std::accumulate(counts.begin(), counts.end(), 0.0, [&](double sum, double n) {
    return sum + (n - expected) * (n - expected) / expected;
  });
}

TEST(Masks, OneMembersVectorLooksUniform) {
  for (uint8_t seed = 70; seed < 80; ++seed) {
    Roster roster(seed % 2 == 0 ? 2 : 22, 4096, seed);
    for (size_t c = 0; c < 4096; ++c) roster.plain[0][c] = c % 100;
    EXPECT_GT(ChiSquare(roster.plain[0]), 10000) << int{seed};
    const double masked = ChiSquare(roster.Masked(0));
    EXPECT_LT(masked, 400) << "seed " << int{seed};
    EXPECT_GT(masked, 140) << "too even to be random, seed " << int{seed};
  }
}

TEST(Masks, EachPairAndTranscriptHasItsOwnStream) {
  Roster roster(3, 1, 80);
  std::set<uint64_t> seen;
  for (auto& v : roster.plain) v[0] = 0;
  for (size_t i = 0; i < 3; ++i) {
    seen.insert(roster.Masked(i)[0]);
    seen.insert(roster.Masked(i, Sha256("other"))[0]);
  }
  EXPECT_EQ(seen.size(), 6u);
}

// What a question leaves when its filter leaves no group.
TEST(Masks, AVectorOfNothingStaysNothing) {
  const Roster roster(3, 0, 80);
  EXPECT_EQ(roster.Masked(1), Vector());
}

TEST(Masks, ARosterOfOneAddsNothing) {
  const Roster roster(1, 3, 81);
  EXPECT_EQ(roster.Masked(0), roster.plain[0]);
}

class Refused : public testing::Test {
 protected:
  // Asserts the refusal and that the vector is untouched.
  void Expect(const std::vector<PublicKey>& points, size_t own_index) {
    Vector vector = roster_.plain[1];
    EXPECT_EQ(
        AddPairwiseMasks(roster_.keys[1], points, own_index, kTranscript, absl::MakeSpan(vector))
            .code(),
        absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(vector, roster_.plain[1]);
  }
  Roster roster_{4, 8, 82};
};

TEST_F(Refused, OwnKeyElsewhere) {
  Expect(roster_.points, 0);
  Expect(roster_.points, 2);
  Expect(roster_.points, 4);
  Expect({}, 0);
}

TEST_F(Refused, DuplicateKeys) {
  std::vector<PublicKey> points = roster_.points;
  points[3] = points[0];
  Expect(points, 1);
  points = roster_.points;
  points[3] = points[1];
  Expect(points, 1);
}

TEST_F(Refused, PointsThatGiveZero) {
  for (const char* hex : {
           "0000000000000000000000000000000000000000000000000000000000000000",
           "0100000000000000000000000000000000000000000000000000000000000000",
           "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
           "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
       }) {
    std::vector<PublicKey> points = roster_.points;
    points[3] = *PublicKey::FromHex(hex);
    Expect(points, 1);
  }
}

}  // namespace
}  // namespace commons::crypto
