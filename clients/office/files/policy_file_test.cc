#include "clients/office/files/policy_file.h"

#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/office/files/seconds.h"
#include "gmock/gmock.h"
#include "governance/testing/rule_fields_for_test.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

absl::StatusOr<PolicyFile> Parse(absl::string_view toml) {
  return ParsePolicy(toml, "policy.toml", {.purposes = {"planning"}});
}

// A list of one key or id.
std::string InHex(char digit) { return absl::StrCat("[\"", std::string(64, digit), "\"]"); }

TEST(PolicyFile, NamesMembersWhereItIsKnownWhoIsOne) {
  PolicyDefaults defaults{.purposes = {"planning"}};
  EXPECT_EQ(ParsePolicy("\nasking_orgs = [\"kahu\"]", "policy.toml", defaults).status().message(),
            "policy.toml:2: asking_orgs 'kahu' is not an organisation's id in hex; names are known "
            "only where a node is: commons peers --format json shows the ids");
  const auto kahu = *OrgId::FromHex(std::string(64, 'a'));
  defaults.members = {{"kahu", kahu}};
  const auto policy = ParsePolicy("asking_orgs = [\"kahu\"]", "policy.toml", defaults);
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_THAT(policy->rule.asking_orgs(), ElementsAre(kahu.ToBytes()));
  EXPECT_THAT(ParsePolicy("asking_orgs = [\"kaho\"]", "policy.toml", defaults).status().message(),
              HasSubstr("'kaho' is no member; did you mean kahu?"));
}

TEST(PolicyFile, RefusesWhatNoListKnows) {
  EXPECT_THAT(Parse("legal_bases = [\"curiosity\"]").status().message(),
              HasSubstr("'curiosity' is no legal basis; one of: consent, "));
  EXPECT_THAT(Parse("researchers = [\"abc\"]").status().message(),
              HasSubstr("'abc' is not a public key in hex"));
}

TEST(PolicyFile, AnEmptyFileIsTheProtectedDefault) {
  const auto policy = Parse("");
  ASSERT_TRUE(policy.ok()) << policy.status();
  const v1::Rule& rule = policy->rule;
  EXPECT_EQ(rule.release(), v1::PROTECTED);
  EXPECT_EQ(rule.noise(), v1::STANDARD);
  EXPECT_EQ(rule.threshold(), 6u);
  EXPECT_EQ(rule.rounding(), 3u);
  EXPECT_EQ(rule.min_members(), 3u);
  EXPECT_EQ(rule.yearly_budget_micro_rho(), 500000u);
  EXPECT_EQ(rule.collusion(), v1::MINORITY);
  EXPECT_EQ(rule.exclusive_cells(), v1::REFUSE);
  EXPECT_EQ(rule.reply_slot_ms(), 50u);
  EXPECT_THAT(rule.purposes(), ElementsAre("planning"));
  EXPECT_EQ(policy->cooling_off_seconds, 0);
}

TEST(PolicyFile, APracticeFederationAnswersAtOnceUnlessToldOtherwise) {
  const PolicyDefaults practice{.purposes = {"practice"}, .reply_slot_ms = 0};
  EXPECT_EQ(ParsePolicy("", "policy.toml", practice)->rule.reply_slot_ms(), 0u);
  EXPECT_EQ(ParsePolicy("reply_slot_ms = 20", "policy.toml", practice)->rule.reply_slot_ms(), 20u);
  EXPECT_EQ(Parse("reply_slot_ms = 0")->rule.reply_slot_ms(), 0u);
}

TEST(PolicyFile, EveryKeyIsTakenOver) {
  const auto policy = Parse(R"(
    release = "protected"
    noise = "fine"
    threshold = 10
    rounding = 5
    min_members = 4
    yearly_budget_micro_rho = 70000
    collusion = "all"
    exclusive_cells = "allow"
    reply_slot_ms = 250
    purposes = ["health", "housing"]
    cooling_off = "36h"
  )");
  ASSERT_TRUE(policy.ok()) << policy.status();
  const v1::Rule& rule = policy->rule;
  EXPECT_EQ(rule.release(), v1::PROTECTED);
  EXPECT_EQ(rule.noise(), v1::FINE);
  EXPECT_EQ(rule.threshold(), 10u);
  EXPECT_EQ(rule.rounding(), 5u);
  EXPECT_EQ(rule.min_members(), 4u);
  EXPECT_EQ(rule.yearly_budget_micro_rho(), 70000u);
  EXPECT_EQ(rule.collusion(), v1::ALL);
  EXPECT_EQ(rule.exclusive_cells(), v1::ALLOW);
  EXPECT_EQ(rule.reply_slot_ms(), 250u);
  EXPECT_THAT(rule.purposes(), ElementsAre("health", "housing"));
  EXPECT_EQ(policy->cooling_off_seconds, 129600);
}

TEST(PolicyFile, OpenRefusesWhatMeansNothingThere) {
  const auto open = Parse("release = \"open\"\nmin_members = 2\nreply_slot_ms = 9\n");
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_EQ(open->rule.release(), v1::OPEN);
  for (const char* key :
       {"noise = \"fine\"", "threshold = 10", "rounding = 1", "yearly_budget_micro_rho = 70000",
        "collusion = \"all\"", "exclusive_cells = \"allow\""}) {
    for (const auto& toml : {absl::StrCat("release = \"open\"\n", key),
                             absl::StrCat("\n", key, "\nrelease = \"open\"")}) {
      const std::string words(Parse(toml).status().message());
      EXPECT_THAT(words, HasSubstr("means nothing beside release"));
      EXPECT_THAT(words, StartsWith("policy.toml:2: ")) << toml;
      const PolicyDefaults common{.purposes = {"planning"}, .floor = true};
      EXPECT_TRUE(ParsePolicy(toml, "policy.toml", common).ok()) << toml;
    }
  }
}

// Whoever adds a field to a rule says how a board writes it down, or that it can't.
TEST(PolicyFile, SaysOrRefusesEveryFieldOfARule) {
  const std::map<std::string, std::pair<std::string, std::string>> said = {
      {"release", {"\"protected\"", "\"open\""}},
      {"noise", {"\"light\"", "\"broad\""}},
      {"threshold", {"7", "9"}},
      {"rounding", {"7", "9"}},
      {"min_members", {"7", "9"}},
      {"yearly_budget_micro_rho", {"7", "9"}},
      {"purposes", {"[\"a\"]", "[\"b\"]"}},
      {"reply_slot_ms", {"7", "9"}},
      {"exclusive_cells", {"\"refuse\"", "\"allow\""}},
      {"collusion", {"\"minority\"", "\"all\""}},
      {"question_budget", {"7", "9"}},
      {"project_budget", {"7", "9"}},
      {"researcher_budget", {"7", "9"}},
      {"asker_budget", {"7", "9"}},
      {"hold_days", {"7", "9"}},
      {"min_membership_days", {"7", "9"}},
      {"prohibited", {"[\"a\"]", "[\"b\"]"}},
      {"columns", {"[\"a\"]", "[\"b\"]"}},
      {"legal_bases", {"[\"consent\"]", "[\"statute section\"]"}},
      {"researchers", {InHex('a'), InHex('b')}},
      {"asking_orgs", {InHex('a'), InHex('b')}},
  };
  const std::set<std::string> unsaid = {"labels"};
  for (const governance::RuleField* field : governance::RuleFields()) {
    const bool as_it_is = said.contains(field->name());
    const std::string key(as_it_is ? absl::string_view(field->name())
                                   : absl::StripSuffix(field->name(), "_micro_rho"));
    const auto values = said.find(key);
    EXPECT_NE(values == said.end(), !unsaid.contains(field->name())) << field->name();
    if (values == said.end()) {
      EXPECT_THAT(Parse(absl::StrCat(key, " = 1")).status().message(),
                  HasSubstr("is not a key of a policy"));
      continue;
    }
    const auto first = Parse(absl::StrCat(key, " = ", values->second.first));
    const auto second = Parse(absl::StrCat(key, " = ", values->second.second));
    ASSERT_TRUE(first.ok() && second.ok()) << key;
    EXPECT_NE(governance::SaidIn(first->rule, *field), governance::SaidIn(second->rule, *field))
        << key;
  }
}

TEST(PolicyFile, AnOpenReleaseNeedsNoCompany) {
  EXPECT_EQ(Parse("release = \"open\"")->rule.min_members(), 1u);
  EXPECT_EQ(Parse("release = \"open\"\nmin_members = 2")->rule.min_members(), 2u);
}

struct Wrong {
  const char* name;
  const char* toml;
  const char* start;  // of the error: file, line and key
  const char* advice;
};

class WrongPolicy : public testing::TestWithParam<Wrong> {};

TEST_P(WrongPolicy, IsRefusedWithLineKeyAndAdvice) {
  const absl::Status status = Parse(GetParam().toml).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), StartsWith(GetParam().start));
  EXPECT_THAT(status.message(), HasSubstr(GetParam().advice));
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongPolicy,
    testing::Values(
        Wrong{"UnknownNoise", "\nnoise = \"loud\"", "policy.toml:2: noise ", "\"light\", \"fine\""},
        Wrong{"ReleaseIsNoText", "release = 1", "policy.toml:1: release ",
              "\"protected\", \"open\""},
        Wrong{"ThresholdOfZero", "\n\nthreshold = 0", "policy.toml:3: threshold ", "from 1 to"},
        Wrong{"NegativeRounding", "rounding = -3", "policy.toml:1: rounding ", "whole number"},
        Wrong{"BrokenRounding", "rounding = 2.5", "policy.toml:1: rounding ", "whole number"},
        Wrong{"TooManyMembers", "min_members = 257", "policy.toml:1: min_members ", "to 256"},
        Wrong{"SlotIsText", "reply_slot_ms = \"1\"", "policy.toml:1: reply_slot_ms ", "0 to 1000"},
        Wrong{"PurposesAreOneText", "purposes = \"health\"", "policy.toml:1: purposes ",
              "list of texts"},
        Wrong{"NoPurpose", "purposes = []", "policy.toml:1: purposes ", "at least one"},
        Wrong{"PurposeIsNoText", "purposes = [1]", "policy.toml:1: purposes ", "list of texts"},
        Wrong{"CoolingOffInWords", "cooling_off = \"soon\"", "policy.toml:1: cooling_off ",
              "\"36h\""},
        Wrong{"CoolingOffWithoutUnit", "cooling_off = 36", "policy.toml:1: cooling_off ",
              "\"36h\""},
        Wrong{"CoolingOffOfThirteenYears", "\ncooling_off = \"5000d\"",
              "policy.toml:2: cooling_off ", "3660 days"},
        Wrong{"MisspeltKey", "treshold = 6", "policy.toml:1: treshold ", "did you mean threshold?"},
        Wrong{"KeyTwice", "rounding = 3\nrounding = 3", "policy.toml:2: not TOML", "rounding"},
        Wrong{"Roster", "roster = \"all\"", "policy.toml:1: roster ", "not supported yet"},
        Wrong{"ProjectBudget", "project_budget = 0", "policy.toml:1: project_budget ", "from 1"},
        Wrong{"BudgetInWords", "asker_budget = \"1\"", "policy.toml:1: asker_budget ", "from 1"},
        Wrong{"Budget", "researchers_budget = 1", "policy.toml:1: researchers_budget ",
              "did you mean researcher_budget"}),
    [](const auto& info) { return info.param.name; });

TEST(PolicyFile, PurposesMustComeFromSomewhere) {
  EXPECT_THAT(ParsePolicy("", "policy.toml", {}).status().message(), HasSubstr("purposes"));
  EXPECT_TRUE(ParsePolicy("purposes = [\"a\"]", "policy.toml", {}).ok());
}

TEST(ParseSeconds, KnowsFourUnits) {
  for (const auto& [text, seconds] :
       std::vector<std::pair<std::string, int64_t>>{{"0s", 0},
                                                    {"90s", 90},
                                                    {"15m", 900},
                                                    {"36h", 129600},
                                                    {"86400s", 86400},
                                                    {"3660d", 316224000}}) {
    EXPECT_EQ(ParseSeconds(text).value_or(-1), seconds) << text;
  }
  for (const char* text :
       {"", "s", "36", "1w", "-1s", "3661d", "87841h", "1.5h", "99999999999999999999s"}) {
    EXPECT_FALSE(ParseSeconds(text).ok()) << text;
  }
}

TEST(CheckFits, NoOpenReleaseOfPeopleAndNothingBeyondTheDefinition) {
  v1::Standard standard;
  standard.set_dataset("visits");
  v1::Rule rule;
  rule.set_release(v1::OPEN);
  rule.add_purposes("planning");
  EXPECT_TRUE(CheckFits(rule, standard, "policy.toml").ok());
  standard.add_purposes("research");
  EXPECT_EQ(CheckFits(rule, standard, "policy.toml"),
            absl::InvalidArgumentError("policy.toml: purposes: 'planning' is not a commons:purpose "
                                       "of visits; allowed: research"));
  standard.add_purposes("planning");
  EXPECT_TRUE(CheckFits(rule, standard, "policy.toml").ok());
  standard.set_entity("nhi");
  EXPECT_THAT(CheckFits(rule, standard, "policy.toml").message(),
              HasSubstr("release = \"open\": 'visits' tells people apart by 'nhi'"));
  rule.set_release(v1::PROTECTED);
  EXPECT_TRUE(CheckFits(rule, standard, "policy.toml").ok());
  standard.add_columns()->set_name("district");
  rule.add_columns("distrikt");
  EXPECT_EQ(CheckFits(rule, standard, "policy.toml").message(),
            "policy.toml: columns: 'distrikt' is not a column of visits; did you mean district?");
}

}  // namespace
}  // namespace commons::clients
