#include "crypto/prf.h"

#include <string>

#include "gtest/gtest.h"

namespace commons::crypto {
namespace {

std::string Ascending(size_t size) {
  std::string out(size, '\0');
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i);
  return out;
}

// The reference implementation's vectors (github.com/veorq/SipHash, vectors_sip64): key 00..0f,
// inputs 00, 01, .., n-1.
TEST(Prf, SipHash24ReferenceVectors) {
  const PrfKey key(Ascending(16));
  EXPECT_EQ(key.Hash64(""), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(key.Hash64(Ascending(1)), 0x74f839c593dc67fdu);
  EXPECT_EQ(key.Hash64(Ascending(15)), 0xa129ca6149be45e5u);
}

TEST(Prf, AnotherKeyAnotherFunction) {
  const PrfKey a(Ascending(16)), b(std::string(16, 'k'));
  EXPECT_NE(a.Hash64("person"), b.Hash64("person"));
  EXPECT_NE(a.Hash128("person"), b.Hash128("person"));
  EXPECT_EQ(a.Hash128("person"), a.Hash128("person"));
  EXPECT_NE(a.Hash128("person")[0], a.Hash128("person")[1]);
}

}  // namespace
}  // namespace commons::crypto
