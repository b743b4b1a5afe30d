#include "governance/document/threshold.h"

#include "absl/strings/str_cat.h"
#include "crypto/keys.h"
#include "gmock/gmock.h"
#include "governance/document/quorum.h"
#include "governance/testing/quorum_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;

std::string Printed(absl::string_view text, const LabelledKeys& seats) {
  const auto quorum = ParseThreshold(text, seats);
  return quorum.ok() ? PrintThreshold(*quorum, seats) : std::string(quorum.status().message());
}

TEST(Threshold, ReadsWhatPeopleWrite) {
  const LabelledKeys seats = TestSeats({"chair", "kaumatua", "clinical", "te pou", "2"});
  const std::pair<const char*, const char*> cases[] = {
      {"2", "2 of board(chair, kaumatua, clinical, \"te pou\", 2)"},
      {" 2 of(chair,kaumatua) ", "2 of (chair, kaumatua)"},
      {"2 OF board(chair, kaumatua) and 1 Of elders(\"te pou\")",
       "2 of board(chair, kaumatua) AND 1 of elders(\"te pou\")"},
      {"1 of board(chair, 1 of elders(\"te pou\", 2))",
       "1 of board(chair, 1 of elders(\"te pou\", 2))"},
      {"1 of \"of\"(2)", "1 of \"of\"(2)"},
      {"1 of kaum\xc4\x81tua(chair)", "1 of kaum\xc4\x81tua(chair)"},
  };
  for (const auto& [text, printed] : cases) EXPECT_EQ(Printed(text, seats), printed) << text;
}

TEST(Threshold, TakesKeysThatAreNoSeats) {
  const PublicKey other = TestSeats({"other", "chair"})[0].second;
  const std::string text = absl::StrCat("1 of rescue(chair, ", other.ToHex(), ")");
  EXPECT_EQ(Printed(text, {{"chair", TestSeats({"x", "chair"})[1].second}}), text);
}

TEST(Threshold, SaysWhereItIsWrong) {
  const LabelledKeys seats = TestSeats({"chair", "kaumatua"});
  const std::pair<std::string, const char*> cases[] = {
      {"", "character 1: expected how many must sign"},
      {"two", "character 1: expected how many"},
      {"-1", "character 1: expected how many"},
      {"5000000000", "character 1: expected how many"},
      {"1 chair", "character 3: expected 'of'"},
      {"1 of chair", "character 11: expected the group's members"},
      {"1 of of(chair)", "character 6: expected the group's name"},
      {"1 of (chair", "character 12: expected ',' or ')'"},
      {"1 of (chair,)", "character 13: expected a seat's label"},
      {"1 of (chair) or 1 of x(kaumatua)", "character 14: expected AND"},
      {"1 of (treasurer)", "character 7: no seat is named \"treasurer\""},
      {"1 of (\"chair)", "character 7: a label whose closing quote is missing"},
      {"1 of (chair;kaumatua)", "character 12: write labels like this in double quotes"},
      {"1 of (chair)\n", "character 13: write labels"},
      {"0", "asks for 0 of 2"},
      {"3", "asks for 3 of 2"},
      {"1 of (chair, chair)", "names a key twice"},
      {"1 of a(chair) AND 1 of a(kaumatua)", "two groups named 'a'"},
      {"1 of a(chair) AND 1 of (kaumatua)", "a group without a name"},
      {"1 of a(1 of b(1 of c(1 of d(1 of e(chair)))))", "nested too deeply"},
      {std::string(kThresholdBytesMax + 1, ' '), "longer than"},
  };
  for (const auto& [text, words] : cases) {
    const absl::Status status = ParseThreshold(text, seats).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(status.message(), HasSubstr(words)) << text.substr(0, 60);
  }
}

TEST(Threshold, WhatIsPrintedIsReadAsTheSame) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    QuorumMaker make(seed);
    const v1::Quorum quorum = make.Quorum();
    ASSERT_TRUE(ValidateQuorum(quorum).ok()) << "seed " << seed;
    const std::string text = PrintThreshold(quorum, make.seats());
    const auto again = ParseThreshold(text, make.seats());
    ASSERT_TRUE(again.ok()) << "seed " << seed << ": " << text << ": " << again.status();
    EXPECT_EQ(again->SerializeAsString(), quorum.SerializeAsString())
        << "seed " << seed << ": " << text;
  }
}

}  // namespace
}  // namespace commons::governance
