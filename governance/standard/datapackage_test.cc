// What a datapackage says, read: codes, bands, periods, scales, names.
#include "governance/standard/datapackage.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "governance/standard/datapackage_for_test.h"
#include "governance/standard/roles.h"
#include "governance/standard/standard_check.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

v1::Column ColumnOf(absl::string_view field) {
  auto parsed = ParseDatapackage(Package(field));
  EXPECT_TRUE(parsed.ok()) << parsed.status() << "\n" << field;
  return parsed.ok() ? parsed->standard.columns(0) : v1::Column();
}

std::vector<std::string> Values(const v1::Column& column) {
  std::vector<std::string> values;
  for (const auto& code : column.codes()) values.push_back(code.value());
  return values;
}

std::vector<std::string> Labels(const v1::Column& column) {
  std::vector<std::string> labels;
  for (const auto& code : column.codes()) labels.push_back(code.label());
  return labels;
}

TEST(Datapackage, DefaultsOfFieldAndResource) {
  auto parsed = ParseDatapackage(Package(absl::StrCat(kSex, R"(, {"name": "notes"})")));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const v1::Standard& standard = parsed->standard;
  EXPECT_EQ(standard.dataset(), "d");
  EXPECT_EQ(standard.entity(), "");
  EXPECT_EQ(standard.max_rows_per_person(), 1u);
  EXPECT_EQ(standard.max_rows_per_person_and_cell(), 0u);
  EXPECT_EQ(standard.max_owners_per_person(), 1u);
  EXPECT_EQ(standard.unit(), "person");
  EXPECT_THAT(standard.columns(0).missing_values(), ElementsAre(""));
  EXPECT_FALSE(standard.columns(0).required());
  EXPECT_EQ(standard.columns(1).role(), v1::SKIP);
  EXPECT_EQ(standard.columns(1).type(), v1::STRING);
  EXPECT_THAT(parsed->warnings, IsEmpty());
  EXPECT_TRUE(ValidateStandard(standard).ok());
}

TEST(Datapackage, EveryPropertyOfTheResource) {
  auto parsed = ParseDatapackage(
      Package(absl::StrCat(kSex, R"(, {"name": "nhi", "commons:role": "identifier"})"),
              R"("title": "T", "description": "D", "commons:entity": "nhi",
         "commons:max_rows_per_person": 12, "commons:max_rows_per_person_and_cell": 2,
         "commons:max_owners_per_person": 3,
         "commons:purpose": ["a", "b"], "commons:retention": "7 years",
         "commons:consent": "Privacy Act", "commons:as_of": "2024-02-29",
         "commons:unit": "whānau")"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const v1::Standard& standard = parsed->standard;
  EXPECT_EQ(standard.entity(), "nhi");
  EXPECT_EQ(standard.max_rows_per_person(), 12u);
  EXPECT_EQ(standard.max_rows_per_person_and_cell(), 2u);
  EXPECT_EQ(standard.max_owners_per_person(), 3u);
  EXPECT_THAT(standard.purposes(), ElementsAre("a", "b"));
  EXPECT_EQ(standard.retention(), "7 years");
  EXPECT_EQ(standard.consent_basis(), "Privacy Act");
  EXPECT_EQ(standard.unit(), "whanau");
  EXPECT_EQ(standard.title(0).text(), "T");
  EXPECT_EQ(standard.description(0).text(), "D");
  EXPECT_EQ(parsed->as_of, "2024-02-29");
}

TEST(Datapackage, CodesOfBothVersionsKeepTheirOrderAndLabels) {
  EXPECT_THAT(Values(ColumnOf(R"({"name": "a", "commons:role": "dimension",
                                  "constraints": {"enum": ["z", "a"]}})")),
              ElementsAre("z", "a"));
  const v1::Column v2 = ColumnOf(R"({"name": "a", "type": "string", "commons:role": "dimension",
      "categories": [{"value": "1", "label": "one"}, {"value": "2"}, "3"],
      "commons:labels": {"3": "three"}})");
  EXPECT_THAT(Values(v2), ElementsAre("1", "2", "3"));
  EXPECT_THAT(Labels(v2), ElementsAre("one", "2", "three"));
  const v1::Column both = ColumnOf(R"({"name": "a", "type": "integer", "commons:role": "dimension",
      "categories": [{"value": 2, "label": "two"}, 1], "constraints": {"enum": ["1", 2.0]}})");
  EXPECT_THAT(Values(both), ElementsAre("2", "1"));
  EXPECT_THAT(Labels(both), ElementsAre("two", "1"));
  EXPECT_THAT(Values(ColumnOf(R"({"name": "a", "type": "integer", "commons:role": "dimension",
                                  "constraints": {"enum": [1, "02", 1e1, -0, -4.0]}})")),
              ElementsAre("1", "2", "10", "0", "-4"));
  EXPECT_THAT(Values(ColumnOf(R"({"name": "a", "type": "number", "commons:role": "dimension",
                                  "constraints": {"enum": [0.5, 1.50, 0.1]}})")),
              ElementsAre("0.5", "1.5", "0.1"));
  EXPECT_THAT(Values(ColumnOf(R"({"name": "a", "type": "integer", "commons:role": "dimension",
                                  "constraints": {"minimum": -1, "maximum": 2}})")),
              ElementsAre("-1", "0", "1", "2"));
  EXPECT_EQ(ColumnOf(R"({"name": "a", "type": "integer", "commons:role": "dimension",
                         "constraints": {"minimum": 1, "maximum": 4096}})")
                .codes_size(),
            4096);
}

TEST(Datapackage, AColumnInBandsMayBeDimensionAndMeasure) {
  const std::string rest = R"("type": "integer", "commons:breaks": [0, 15, 120],
                              "commons:clip": [0, 100], "commons:unit": "years"})";
  const v1::Column both =
      ColumnOf(absl::StrCat(R"({"name": "a", "commons:role": ["measure", "dimension"], )", rest));
  EXPECT_EQ(both.role(), v1::DIMENSION_AND_MEASURE);
  EXPECT_THAT(both.breaks(), ElementsAre(0, 15, 120));
  EXPECT_EQ(both.clip_high(), 100);
  EXPECT_EQ(both.codes_size(), 0);
  // A list of one role is that role, to the byte.
  const std::string measure = R"("type": "number", "commons:decimals": 1})";
  EXPECT_EQ(ColumnOf(absl::StrCat(R"({"name": "a", "commons:role": ["measure"], )", measure))
                .SerializeAsString(),
            ColumnOf(absl::StrCat(R"({"name": "a", "commons:role": "measure", )", measure))
                .SerializeAsString());
}

TEST(Datapackage, WholeNumbersMayBeDimensionAndMeasureOneByOne) {
  const std::string both =
      R"({"name": "a", "commons:role": ["dimension", "measure"], "type": "integer", )";
  const v1::Column range = ColumnOf(both + R"("constraints": {"minimum": -1, "maximum": 2}})");
  EXPECT_THAT(range.breaks(), ElementsAre(-1, 0, 1, 2, 3));
  EXPECT_EQ(range.codes_size(), 0);
  EXPECT_TRUE(HasWholeNumbers(range));
  EXPECT_EQ(range.clip_low(), -1);
  EXPECT_EQ(range.clip_high(), 2);
  for (const char* list : {R"("constraints": {"enum": [-1, 0, 1, 2]}})",
                           R"("categories": [{"value": -1}, 0, 1, 2]})"}) {
    EXPECT_EQ(ColumnOf(both + list).SerializeAsString(), range.SerializeAsString()) << list;
  }
  EXPECT_EQ(
      ColumnOf(both + R"("commons:clip": [0, 1], "constraints": {"enum": [0, 1, 2]}})").clip_high(),
      1);
  EXPECT_TRUE(
      HasWholeNumbers(ColumnOf(both + R"("constraints": {"minimum": 0, "maximum": 255}})")));
  EXPECT_FALSE(HasWholeNumbers(ColumnOf(both + R"("commons:breaks": [0, 1, 2, 3]})")))
      << "bands, which are shown as such";
}

TEST(Datapackage, WeeksBeginWhereTheFileSays) {
  const auto of = [](absl::string_view unit, absl::string_view more) {
    return ColumnOf(absl::StrCat(R"({"name": "a", "type": "date", "commons:role": "dimension", )",
                                 more, R"("commons:period": {"unit": ")", unit,
                                 R"(", "from": "2024-01-07", "to": "2024-01-31"}})"));
  };
  EXPECT_EQ(of("week", "").week_starts(), 1u);
  EXPECT_EQ(of("week", R"("commons:week_starts": "monday", )").week_starts(), 1u);
  const v1::Column sunday = of("week", R"("commons:week_starts": "sunday", )");
  EXPECT_EQ(sunday.week_starts(), 7u);
  EXPECT_EQ(sunday.period_from(), 19729) << "2024-01-07 is a Sunday";
  EXPECT_EQ(sunday.period_to(), 19729 + 4 * 7 - 1);
  EXPECT_EQ(of("day", "").week_starts(), 0u) << "what says nothing new is what it was, to the byte";
  EXPECT_EQ(of("day", R"("commons:week_starts": "saturday", )").week_starts(), 6u);
}

TEST(Datapackage, MomentsAreOfTheDaysOfAZone) {
  const auto parsed = ParseDatapackage(Package(
      R"({"name": "seen", "type": "datetime", "commons:role": "dimension", "format": "default",
          "commons:zone": "Pacific/Auckland",
          "commons:period": {"unit": "day", "from": "2024-01-01", "to": "2024-12-31"}},
         {"name": "left", "type": "datetime"})"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const v1::Column& seen = parsed->standard.columns(0);
  EXPECT_EQ(seen.type(), v1::DATE);
  EXPECT_EQ(seen.zone(), "Pacific/Auckland");
  EXPECT_EQ(seen.period_to() - seen.period_from(), 365);
  EXPECT_EQ(parsed->standard.columns(1).zone(), "");
}

TEST(Datapackage, NumbersMayBeRounded) {
  const std::string rest = R"("name": "a", "type": "number", "commons:decimals": 1})";
  EXPECT_TRUE(ColumnOf(R"({"commons:round": true, "commons:role": "measure", )" + rest).round());
  EXPECT_FALSE(ColumnOf(R"({"commons:round": false, "commons:role": "measure", )" + rest).round());
  EXPECT_FALSE(ColumnOf(R"({"commons:role": "measure", )" + rest).round());
}

TEST(Datapackage, SeveralResponsesAreStatedOrAList) {
  const std::string codes = R"("constraints": {"enum": ["Maori", "Samoan", "European"]}})";
  const auto of = [&](absl::string_view more) {
    const v1::Column column =
        ColumnOf(absl::StrCat(R"({"name": "a", "commons:role": "dimension", )", more, codes));
    return absl::StrCat(column.max_responses(), " ", column.separator());
  };
  EXPECT_EQ(of(""), "0 ");
  EXPECT_EQ(of(R"("commons:max_responses": 2,)"), "2 ;");
  EXPECT_EQ(of(R"("commons:separator": " / ",)"), "3  / ");
  EXPECT_EQ(of(R"("commons:max_responses": 2, "commons:separator": "|",)"), "2 |");
  EXPECT_EQ(of(R"("type": "list",)"), "3 ,");
  EXPECT_EQ(of(R"("type": "list", "itemType": "string", "delimiter": ";",)"), "3 ;");
  EXPECT_EQ(of(R"("type": "list", "commons:max_responses": 2,)"), "2 ,");
  // What nobody asks about is text, of whatever type.
  EXPECT_EQ(ColumnOf(absl::StrCat(R"({"name": "a", "type": "list"}, )", kSex)).max_responses(), 0u);
}

TEST(Datapackage, AnOrderOfPriorityMakesASecondDimension) {
  const auto parsed = ParseDatapackage(Package(
      R"({"name": "eth", "title": "Ethnicity", "commons:role": "dimension",
          "commons:separator": ";", "constraints": {"required": true},
          "categories": [{"value": "1", "label": "European"}, {"value": "2", "label": "Maori"}],
          "commons:exclusive": {"2": "kahu"}, "commons:priority": ["2", "1"]})"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_EQ(parsed->standard.columns_size(), 2);
  const v1::Column& made = parsed->standard.columns(1);
  EXPECT_EQ(made.name(), "eth_prioritised");
  EXPECT_EQ(made.priority_of(), "eth");
  EXPECT_EQ(made.max_responses(), 0u);
  EXPECT_EQ(made.separator(), "");
  EXPECT_TRUE(made.required());
  ASSERT_EQ(made.codes_size(), 2);
  EXPECT_EQ(made.codes(0).value(), "2");
  EXPECT_EQ(made.codes(0).label(), "Maori");
  EXPECT_EQ(parsed->exclusive.at("eth_prioritised"), parsed->exclusive.at("eth"));
  EXPECT_TRUE(ValidateStandard(parsed->standard).ok());
}

TEST(Datapackage, BooleansHaveTwoLabelledCodes) {
  const v1::Column plain =
      ColumnOf(R"({"name": "a", "type": "boolean", "commons:role": "dimension"})");
  EXPECT_THAT(Values(plain), ElementsAre("false", "true"));
  EXPECT_THAT(plain.codes(1).also(), ElementsAre("True", "TRUE", "1"));
  const v1::Column own = ColumnOf(R"({"name": "a", "type": "boolean", "commons:role": "dimension",
                                      "trueValues": ["ae", "yes"], "falseValues": ["kao"]})");
  EXPECT_THAT(Values(own), ElementsAre("kao", "ae"));
  EXPECT_THAT(Labels(own), ElementsAre("false", "true"));
  EXPECT_THAT(own.codes(1).also(), ElementsAre("yes"));
}

// Day numbers from another calendar implementation.
TEST(Datapackage, PeriodsAreWholeUnits) {
  const struct {
    const char *type, *unit, *from, *to;
    int64_t first, last;
  } cases[] = {
      {"date", "day", "\"2020-02-01\"", "\"2022-02-28\"", 18293, 19051},
      {"date", "month", "\"2023-12\"", "\"2024-02\"", 19692, 19782},
      {"yearmonth", "month", "\"2023-12-15\"", "\"2024-02-03\"", 19692, 19782},
      {"date", "quarter", "\"2024-Q3\"", "\"2024-Q3\"", 19905, 19996},
      {"date", "week", "\"2024-W01\"", "\"2024-W52\"", 19723, 20086},
      {"date", "week", "\"2024-01-03\"", "\"2024-12-27\"", 19723, 20086},
      {"date", "quarter", "\"2024-08-09\"", "\"2024-09-01\"", 19905, 19996},
      {"year", "year", "2000", "\"2000\"", 10957, 11322},
      {"date", "day", "\"0001-01-01\"", "\"9999-12-31\"", -719162, 2932896},
  };
  for (const auto& c : cases) {
    const v1::Column column = ColumnOf(
        absl::StrCat(R"({"name": "a", "commons:role": "dimension", "format": "any", "type": ")",
                     c.type, R"(", "commons:period": {"unit": ")", c.unit, R"(", "from": )", c.from,
                     R"(, "to": )", c.to, "}}"));
    EXPECT_EQ(column.type(), v1::DATE);
    EXPECT_EQ(column.period_from(), c.first) << c.from;
    EXPECT_EQ(column.period_to(), c.last) << c.to;
  }
}

TEST(Datapackage, ScalesWithoutDoubles) {
  const v1::Column column = ColumnOf(R"({"name": "a", "type": "number", "commons:role": "measure",
      "commons:decimals": 1, "commons:clip": [0.1, 9007199254740.9], "commons:unit": "NZD",
      "constraints": {"minimum": -0.30, "maximum": "1e3"}})");
  EXPECT_EQ(column.clip_low(), 1);
  EXPECT_EQ(column.clip_high(), 90071992547409);
  EXPECT_EQ(column.minimum(), -3);
  EXPECT_EQ(column.maximum(), 10000);
  EXPECT_EQ(column.unit(), "NZD");
  const v1::Column bands = ColumnOf(R"({"name": "a", "type": "number", "commons:role": "dimension",
      "commons:decimals": 3, "commons:breaks": [-1.005, 0, 0.1, 4.35]})");
  EXPECT_THAT(bands.breaks(), ElementsAre(-1005, 0, 100, 4350));
}

TEST(Datapackage, NamesAndCodesAreNormalised) {
  // "a" and a combining macron, written apart.
  const v1::Column column = ColumnOf(
      "{\"name\": \"Ma\xCC\x84ori\", \"commons:role\": \"dimension\", "
      "\"constraints\": {\"enum\": [\"a\xCC\x84\", \"kao\"]}}");
  EXPECT_EQ(column.name(), "M\xC4\x81ori");
  EXPECT_EQ(column.codes(0).value(), "\xC4\x81");
}

TEST(Datapackage, MissingValuesOfSchemaAndField) {
  const std::string package = absl::StrReplaceAll(
      Package(absl::StrCat(kSex,
                           R"(, {"name": "b", "missingValues": [{"value": "-9", "label": "x"}]})")),
      {{"\"schema\": {", "\"schema\": {\"missingValues\": [\"NA\", \"\"], "}});
  auto parsed = ParseDatapackage(package);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_THAT(parsed->standard.columns(0).missing_values(), ElementsAre("NA", ""));
  EXPECT_THAT(parsed->standard.columns(1).missing_values(), ElementsAre("-9"));
}

TEST(Datapackage, SaysWhatItDoesNotCheckOrCannotSum) {
  auto parsed = ParseDatapackage(Package(R"(
      {"name": "a", "commons:role": "dimension", "constraints": {"enum": ["x"], "pattern": "x+"}},
      {"name": "b", "type": "integer", "commons:role": "measure"})"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_THAT(parsed->warnings,
              ElementsAre(HasSubstr("\"pattern\" is not checked"), HasSubstr("no commons:clip")));
}

TEST(Datapackage, WarnsOfLabelsThatAreOtherCodes) {
  const auto parsed = ParseDatapackage(Package(
      R"({"name": "sex", "commons:role": "dimension", "constraints": {"enum": ["F", "M", "X"]},
          "commons:labels": {"F": "M", "M": "F"}})"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_EQ(parsed->warnings.size(), 2u);
  EXPECT_NE(parsed->warnings[0].find("\"M\" is the label of \"F\" and a code itself"),
            std::string::npos)
      << parsed->warnings[0];
}

TEST(Datapackage, ChoosesTheNamedResource) {
  const std::string two =
      absl::StrCat(R"({"resources": [{"name": "a", "schema": {"fields": [)", kSex,
                   R"(]}}, {"name": "b", "schema": {"fields": [)", kSex, "]}}]}");
  EXPECT_EQ(ParseDatapackage(two, "b")->standard.dataset(), "b");
  EXPECT_THAT(Error(two), HasSubstr("name one (--resource) of \"a\", \"b\""));
  EXPECT_THAT(Error(two, "c"), HasSubstr("none is called \"c\"; there is \"a\", \"b\""));
}

}  // namespace
}  // namespace commons::governance
