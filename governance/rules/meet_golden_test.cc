// Meets that no later version may take otherwise, to the byte (golden/README.md).
#include <fstream>
#include <string>
#include <vector>

#include "base/hex.h"
#include "governance/rules/meet.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

struct GoldenMeet {
  std::string about;
  std::vector<std::string> rules;  // two, and their meet
};

std::vector<GoldenMeet> GoldenMeets() {
  std::vector<GoldenMeet> meets;
  std::ifstream in(std::string(COMMONS_SOURCE_DIR) + "/governance/rules/golden/meets.txt");
  std::string about;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    if (line[0] == '#') {
      about = line;
      continue;
    }
    if (meets.empty() || meets.back().rules.size() == 3) meets.push_back({about, {}});
    meets.back().rules.push_back(line == "-" ? "" : *HexToBytes(line));
  }
  return meets;
}

v1::Rule RuleOf(const std::string& bytes) {
  v1::Rule rule;
  EXPECT_TRUE(rule.ParseFromString(bytes));
  EXPECT_TRUE(rule.GetReflection()->GetUnknownFields(rule).empty());
  return rule;
}

TEST(MeetGolden, IsTheSameToTheByte) {
  const std::vector<GoldenMeet> meets = GoldenMeets();
  ASSERT_GE(meets.size(), 9u);
  for (const auto& [about, rules] : meets) {
    ASSERT_EQ(rules.size(), 3u) << about;
    const v1::Rule a = RuleOf(rules[0]), b = RuleOf(rules[1]);
    EXPECT_EQ(Meet(a, b).SerializeAsString(), rules[2]) << about;
    EXPECT_EQ(Meet(b, a).SerializeAsString(), rules[2]) << about;
  }
}

}  // namespace
}  // namespace commons::governance
