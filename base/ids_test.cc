#include "base/ids.h"

#include <type_traits>

#include "gtest/gtest.h"

namespace commons {
namespace {

TEST(Id32, HexRoundTripAndOrder) {
  const std::string hex = std::string(62, '0') + "2a";
  auto id = DocId::FromHex(hex);
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->ToHex(), hex);
  EXPECT_LT(DocId(), *id);
  EXPECT_TRUE(DocId().IsZero());
  EXPECT_FALSE(id->IsZero());
}

TEST(Id32, RefusesOtherLengthsAndNonHexByName) {
  EXPECT_FALSE(DocId::FromBytes("short").ok());
  EXPECT_FALSE(DocId::FromHex(std::string(64, 'g')).ok());
  EXPECT_FALSE(DocId::FromHex(std::string(63, '0')).ok());
  EXPECT_EQ(OrgId::FromBytes("").status().message().find("organisation id"), 0u);
}

TEST(Id32, KindsDoNotConvert) {
  static_assert(!std::is_convertible_v<DocId, OrgId>);
  static_assert(!std::is_constructible_v<DocId, OrgId>);
}

}  // namespace
}  // namespace commons
