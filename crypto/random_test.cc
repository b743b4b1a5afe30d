#include "crypto/random.h"

#include <sodium.h>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

Hash32 Seed(uint8_t first) {
  Hash32 seed;
  seed.mutable_data()[0] = first;
  return seed;
}

std::string Take(ChaChaStream& stream, size_t size) {
  std::string out(size, '\0');
  stream.Fill(out.data(), size);
  return out;
}

// RFC 8439 appendix A.1, test vectors 1 and 2: zero key and nonce, blocks 0 and 1.
TEST(ChaChaStream, MatchesRfc8439) {
  ChaChaStream stream{Hash32()};
  EXPECT_EQ(absl::BytesToHexString(Take(stream, 128)),
            "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
            "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"
            "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
            "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f");
}

TEST(ChaChaStream, IsOneStreamHoweverItIsRead) {
  const Hash32 seed = Seed(7);
  std::string expected(3 * 4096 + 100, '\0');
  const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES] = {};
  crypto_stream_chacha20(reinterpret_cast<uint8_t*>(expected.data()), expected.size(), nonce,
                         seed.data());
  ChaChaStream whole(seed);
  EXPECT_EQ(Take(whole, expected.size()), expected);

  ChaChaStream pieces(seed);
  std::string joined;
  for (size_t size = 1; joined.size() < expected.size(); size = size * 3 % 1000 + 1) {
    joined += Take(pieces, std::min(size, expected.size() - joined.size()));
  }
  EXPECT_EQ(joined, expected);
}

TEST(ChaChaStream, NextU64IsLittleEndian) {
  ChaChaStream stream{Hash32()};
  EXPECT_EQ(stream.NextU64(), 0x903df1a0ade0b876u);
  EXPECT_EQ(stream.NextU64(), 0x28bd8653e56a5d40u);
}

TEST(ChaChaStream, SeedsGiveDifferentStreams) {
  ChaChaStream a(Seed(1)), b(Seed(2));
  EXPECT_NE(Take(a, 32), Take(b, 32));
}

TEST(SystemRandom, FillsEveryByteAndDoesNotRepeat) {
  // Each of 64 positions stays zero in all of 16 draws with probability 2^-128.
  std::string seen(64, '\0');
  for (int draw = 0; draw < 16; ++draw) {
    const std::string bytes = SystemRandom().Bytes(64);
    for (size_t i = 0; i < seen.size(); ++i) seen[i] |= bytes[i];
  }
  EXPECT_EQ(seen.find('\0'), std::string::npos);
  EXPECT_NE(SystemRandom().Bytes(32), SystemRandom().Bytes(32));
  EXPECT_EQ(SystemRandom().Bytes(0), "");
}

}  // namespace
}  // namespace commons::crypto
