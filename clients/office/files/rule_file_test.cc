#include "clients/office/files/rule_file.h"

#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

TEST(RuleFile, RoundTrip) {
  const TempDir dir;
  const std::string path = dir / "a.rule";
  v1::RuleFile rules;
  rules.add_envelopes()->set_payload_type("commons/charter/1");
  ASSERT_TRUE(WriteRuleFile(path, rules).ok());
  auto read = ReadRuleFile(path);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->SerializeAsString(), rules.SerializeAsString());
  EXPECT_TRUE(OnlyEnvelope(*read, "commons/charter/1", path).ok());
  EXPECT_FALSE(OnlyEnvelope(*read, "commons/project/1", path).ok());
  read->add_envelopes()->set_payload_type("commons/charter/1");
  EXPECT_FALSE(OnlyEnvelope(*read, "commons/charter/1", path).ok());
}

TEST(RuleFile, AnythingElseIsRefusedByName) {
  const TempDir dir;
  const std::string path = dir / "data.csv";
  ASSERT_TRUE(WriteFile(path, "sex,age\nF,3\n", 0600).ok());
  EXPECT_THAT(ReadRuleFile(path).status().message(), testing::HasSubstr("data.csv"));
  EXPECT_EQ(ReadRuleFile(path + ".none").status().code(), absl::StatusCode::kNotFound);
}

TEST(ReadFile, IsBounded) {
  const TempDir dir;
  const std::string path = dir / "big";
  ASSERT_TRUE(WriteFile(path, std::string(200000, 'x'), 0600).ok());
  EXPECT_EQ(ReadFile(path, 1000).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(ReadFile(path, 200000).ok());
}

}  // namespace
}  // namespace commons::clients
