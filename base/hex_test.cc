#include "base/hex.h"

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace commons {
namespace {

TEST(HexToBytes, InvertsBytesToHex) {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  EXPECT_EQ(*HexToBytes(absl::BytesToHexString(all)), all);
  EXPECT_EQ(*HexToBytes("0aFf"), std::string("\x0a\xff"));
  EXPECT_EQ(*HexToBytes(""), "");
}

TEST(HexToBytes, RefusesAnythingElse) {
  for (const char* bad : {"0", "0g", "g0", " 0", "0x00"}) EXPECT_FALSE(HexToBytes(bad).ok()) << bad;
}

}  // namespace
}  // namespace commons
