// What a datapackage may not say, and what its author is told.
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "governance/standard/datapackage.h"
#include "governance/standard/datapackage_for_test.h"
#include "governance/standard/standard_check.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(DatapackageRefusals, RefusalsSayWhereWhatAndWhatToDo) {
  const std::string both = R"({"name": "a", "commons:role": ["dimension", "measure"], )";
  const std::string dim = R"({"name": "a", "commons:role": "dimension", )";
  const std::string measure = R"({"name": "a", "commons:role": "measure", "type": "number", )";
  const std::string date = R"({"name": "a", "commons:role": "dimension", "type": "date", )";
  const std::string codes = R"("constraints": {"enum": ["x", "y"]})";
  const struct {
    std::string field, expected;
  } cases[] = {
      {dim + R"("type": "string"})", "give constraints.enum or categories"},
      {dim + R"("type": "integer"})", "or commons:breaks, or constraints.minimum"},
      {dim + R"("type": "integer", "constraints": {"minimum": 0, "maximum": 4096}})",
       "more than 4096"},
      {dim + R"("type": "integer", "constraints": {"minimum": -9007199254740992,
             "maximum": 9007199254740992}})",
       "more than 65536"},
      {dim + R"("type": "integer", "constraints": {"enum": [1.5]}})", "is not a code of this type"},
      {dim + R"("type": "integer", "constraints": {"enum": [1, "01"]}})", "stands for two codes"},
      {dim + R"("constraints": {"enum": [1]}})", "expected a text in quotes, found a number"},
      {dim + R"("constraints": {"enum": [""]}})", "is empty"},
      {dim + R"("constraints": {"enum": ["x", "x"]}})", "stands for two codes"},
      {dim + R"("missingValues": ["x"], )" + codes + "}", "for a code and for a missing value"},
      {dim + R"("missingValues": ["", ""], )" + codes + "}", "is there twice"},
      {dim + R"("categories": ["x"], )" + codes + "}", "keep one of them"},
      {dim + R"("categories": [{"label": "x"}]})", "has no \"value\""},
      {dim + R"("commons:labels": {"z": "Z"}, )" + codes + "}",
       "\"z\" is not a code of this field"},
      {dim + R"("commons:labels": {"x": "y"}, )" + codes + "}", "the label \"y\" stands for two"},
      {dim + R"("commons:exclusive": {"z": "org"}, )" + codes + "}", "is not a code of this field"},
      {dim + R"("commons:exclusive": {"x": ""}, )" + codes + "}",
       "the organisation of \"x\" is empty"},
      {dim + R"("type": "boolean", "commons:labels": {"true": "Yes"}})", "labelled true and false"},
      {dim + R"("type": "boolean", "trueValues": ["false"]})", "stands for two codes"},
      {dim + R"("type": "boolean", "trueValues": []})", "give at least one"},
      {dim + R"("type": "geopoint"})", "cannot be asked about"},
      {dim + R"("type": "number", "commons:breaks": [1]})", "give 2 to 257"},
      {dim + R"("type": "number", "commons:breaks": [1, 1]})", "do not ascend"},
      {dim + R"("type": "number", "commons:breaks": [1, 1.5]})", "more than 0 decimals"},
      {dim + R"("type": "string", "commons:breaks": [1, 2]})",
       "only for dimensions of type integer"},
      {dim + R"("commons:clip": [0, 1], )" + codes + "}", "\"commons:clip\" is only for measures"},
      {dim + R"("commons:decimals": 1, )" + codes + "}", "\"commons:decimals\" is only for"},
      {dim + R"("commons:week_starts": "monday", )" + codes + "}", "is only for date dimensions"},
      {dim + R"("type": "date", "commons:week_starts": "sundae", "commons:period": {"unit": "week",
         "from": "2024-01-01", "to": "2024-02-01"}})",
       "is no day of the week; is it \"sunday\"?"},
      {dim + R"("type": "date", "commons:week_starts": "sunday", "commons:period": {"unit": "month",
         "from": "2024-01", "to": "2024-02"}})",
       "is for dates of the unit week or day"},
      {dim + R"("type": "date", "commons:week_starts": "sunday", "commons:period": {"unit": "week",
         "from": "2024-W02", "to": "2024-02-01"}})",
       "\"2024-W02\" is not a date"},
      {dim +
           R"("type": "datetime", "commons:period": {"unit": "day", "from": "2024-01-01",
         "to": "2024-01-02"}})",
       "a datetime needs commons:zone"},
      {dim + R"("type": "datetime", "commons:zone": "Pacific/Auckland"})", "needs commons:period"},
      {dim + R"("type": "datetime", "commons:zone": "NZST", "commons:period": {"unit": "day",
         "from": "2024-01-01", "to": "2024-01-02"}})",
       "\"NZST\" is no time zone's name; write it like \"Pacific/Auckland\""},
      {dim + R"("type": "datetime", "commons:zone": "../../etc/passwd", "commons:period": {
         "unit": "day", "from": "2024-01-01", "to": "2024-01-02"}})",
       "is no time zone's name"},
      {dim + R"("type": "datetime", "format": "%d/%m/%Y %H:%M", "commons:zone": "UTC"})",
       "say it in the owner's --dialect"},
      {date + R"("commons:zone": "UTC"})",
       "\"commons:zone\" is only for dimensions of type datetime"},
      {R"({"name": "a", "type": "datetime", "commons:zone": "UTC"})", "is only for dimensions"},
      {R"({"name": "a", "type": "datetime", "commons:role": "measure"})", "must be an integer"},
      {dim + R"("commons:priority": ["x", "y"], )" + codes + "}", "only for fields of several"},
      {dim + R"("commons:separator": ";", "commons:priority": ["x"], )" + codes + "}",
       "does not say where \"y\" comes"},
      {dim + R"("commons:separator": ";", "commons:priority": ["x", "y", "x"], )" + codes + "}",
       "\"x\" is no code of this field, or stands there twice"},
      {dim + R"("commons:separator": ";", "commons:priority": ["x", "z"], )" + codes + "}",
       "\"z\" is no code of this field"},
      {dim + R"("commons:separator": ";", "commons:priority": [], )" + codes + "}",
       "list the codes"},
      {dim + R"("type": "boolean", "commons:priority": [true, false]})", "is only for dimensions"},
      {dim + R"("commons:round": true, )" + codes + "}", "\"commons:round\" is only for"},
      {R"({"name": "a", "type": "integer", "commons:role": "measure", "commons:round": true})",
       "\"commons:round\" is only for"},
      {R"({"name": "a", "type": "number", "commons:role": "measure", "commons:round": 1})", "true"},
      {dim + R"("commons:max_responses": 3, )" + codes + "}", "is 2 to the number of codes, 2"},
      {dim + R"("commons:max_responses": 1, )" + codes + "}", "is 2 to the number of codes, 2"},
      {dim + R"("commons:max_responses": 0, )" + codes + "}", "must be 2 or more"},
      {dim + R"("commons:separator": "", )" + codes + "}", "the text between two responses"},
      {dim + R"("commons:separator": "\u0001", )" + codes + "}", "the text between two responses"},
      {dim + R"("commons:separator": "123456789", )" + codes + "}", "of 1 to 8 bytes"},
      {dim + R"("commons:separator": "y", )" + codes + "}", "has commons:separator in it"},
      {dim + R"("commons:separator": ";", "categories": ["x ", "y"]})", "ends with a space"},
      {dim + R"("commons:separator": ";", "type": "boolean"})",
       "\"commons:separator\" is only for dimensions with a list of codes"},
      {dim + R"("type": "list", "itemType": "integer", )" + codes + "}",
       "the itemType \"integer\" is not supported"},
      {R"({"name": "a", "commons:role": "measure", "type": "list"})", "must be an integer"},
      {dim + R"("commons:separator": ";", "type": "integer", "constraints": {"minimum": 1,
         "maximum": 54}})",
       "has 54 codes; a dimension of several responses has at most 53"},
      {dim + R"("commons:lables": {}, )" + codes + "}", "did you mean \"commons:labels\"?"},
      {dim + R"("Commons:Role": "skip", )" + codes + "}", "did you mean \"commons:role\"?"},
      {dim + R"("commons:entity": "a", )" + codes + "}", "is not known here"},
      {R"({"name": "a", "commons:role": "messure"})", "did you mean \"measure\"?"},
      {R"({"name": "a", "commons:breaks": [1, 2]})", "\"commons:breaks\" is only for"},
      {R"({"name": "a", "commons:role": ["dimension", "hidden"]})",
       "only \"dimension\" and \"measure\""},
      {R"({"name": "a", "commons:role": []})", "name one role, or these two"},
      {R"({"name": "a", "commons:role": ["measure", "measure"]})", "there twice"},
      {R"({"name": "a", "commons:role": ["measure", "dimention"]})", "did you mean \"dimension\"?"},
      {R"({"name": "a", "commons:role": ["dimension", "measure"], "type": "integer"})",
       "with commons:breaks"},
      {R"({"name": "a", "commons:role": ["dimension", "measure"], "type": "string"})",
       "with commons:breaks"},
      {both + R"("type": "number", "constraints": {"enum": [0, 1]}})", "with commons:breaks"},
      {both + R"("type": "integer", "constraints": {"enum": [0, 1, 3]}})",
       "follow one another: write 2 here, or give commons:breaks"},
      {both + R"("type": "integer", "categories": [{"value": 0, "label": "none"}, 1]})",
       "shows its numbers, and has no labels"},
      {both + R"("type": "integer", "constraints": {"minimum": 0, "maximum": 256}})",
       "more than 256 whole numbers"},
      {both + R"("type": "integer", "constraints": {"minimum": 4, "maximum": 0}})",
       "constraints.minimum is above constraints.maximum"},
      {both + R"("type": "integer", "commons:labels": {}, "constraints": {"enum": [0, 1]}})",
       "\"commons:labels\" is only for dimensions with a list of codes"},
      {R"({"name": "a", "commons:role": ["dimension", "measure"], "type": "integer",
           "commons:breaks": [0, 9], "commons:clip": [5, 5]})",
       "low below high"},
      {R"({"name": "a", "commons:role": "hidden", "commons:period": {}})",
       "only for date dimensions"},
      {date + R"("title": "x"})", "needs commons:period"},
      {date + R"("commons:period": {"unit": "decade", "from": "2020-01-01", "to": "2020-01-02"}})",
       "needs unit (day, week, month, quarter or year)"},
      {date + R"("commons:period": {"unit": "day", "from": "2020-01-01"}})", "needs unit"},
      {date + R"("commons:period": {"unit": "day", "from": "2023-02-29", "to": "2024-01-01"}})",
       "\"2023-02-29\" is not a date"},
      {date + R"("commons:period": {"unit": "month", "from": "2020-13", "to": "2024-01"}})",
       "is not a date; write it like 2024-07-31 or 2024-07"},
      {date + R"("commons:period": {"unit": "day", "from": "2024-01-02", "to": "2024-01-01"}})",
       "ends before it begins"},
      {date + R"("commons:period": {"unit": "day", "form": "2024-01-02"}})",
       "\"form\" is not known"},
      {date + R"("format": "%d/%m/%Y", "commons:period": {}})", "\"%d/%m/%Y\" is not supported"},
      {R"({"name": "a", "commons:role": "dimension", "type": "year",
           "commons:period": {"unit": "day", "from": "2020-01-01", "to": "2020-01-02"}})",
       "needs the unit year"},
      {measure + R"("commons:clip": [5, 5]})", "low below high"},
      {measure + R"("commons:clip": [5]})", "must be [low, high]"},
      {measure + R"("commons:clip": [0, 0.5]})", "more than 0 decimals"},
      {measure + R"("commons:clip": [0, "x"]})", "\"x\" is not a number"},
      {measure + R"("commons:clip": [0, "1e999999999"]})", "is too large"},
      {measure + R"("commons:clip": [0, "1e-2147483648"]})", "more than 0 decimals"},
      {measure + R"("commons:clip": [0, "1e99999999999"]})", "is too large"},
      {measure + R"("commons:clip": [0, 9007199254740993]})", "is too large"},
      {measure + R"("commons:decimals": 7})", "must be 0 to 6"},
      {measure + R"("commons:decimals": 1.5})", "more than 0 decimals"},
      {measure + R"("decimalChar": ","})", "write numbers like 1234.5"},
      {measure + R"("constraints": {"minimum": 2, "maximum": 1}})", "above constraints.maximum"},
      {R"({"name": "a", "commons:role": "measure", "type": "integer", "commons:decimals": 2})",
       "0 unless the type is number"},
      {R"({"name": "a", "commons:role": "measure"})", "must be an integer or a number"},
      {R"({"commons:role": "skip"})", "has no \"name\""},
      {R"({"name": "a\nb"})", "holds a control character"},
      {R"("a")", "expected an object"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(Error(Package(c.field)),
                AllOf(StartsWith("resources[0].schema.fields[0]"), HasSubstr(c.expected)))
        << c.field;
  }
}

TEST(DatapackageRefusals, RefusalsOfTheResource) {
  EXPECT_THAT(Error(Package(R"({"name": "a", "commons:role": "dimension", "commons:separator": ";",
                  "constraints": {"enum": ["x", "y"]}, "commons:priority": ["y", "x"]},
                  {"name": "a_prioritised"})")),
              HasSubstr("two fields are called \"a_prioritised\""));
  const std::string entity = R"("commons:entity": "nhi")";
  const struct {
    std::string extra, expected;
  } cases[] = {
      {entity, "commons:entity names \"nhi\", which is not a field"},
      {R"("commons:max_rows_per_person": 2)", "needs commons:entity"},
      {R"("commons:max_rows_per_person": 256, "commons:entity": "sex")", "must be 1 to 255"},
      {R"("commons:max_rows_per_person": 0)", "must be 1 to 255"},
      {R"("commons:max_rows_per_person": -1)", "is out of range"},
      {R"("commons:max_rows_per_person_and_cell": 2)",
       "must be 1 to commons:max_rows_per_person, 1"},
      {R"("commons:max_rows_per_person_and_cell": 0)",
       "must be 1 to commons:max_rows_per_person, 1"},
      {R"("commons:max_owners_per_person": 0)", "must be 1 to 256"},
      {R"("commons:unit": "dog")", "must be person or whanau"},
      {R"("commons:as_of": "24/12/2024")", "is not a date"},
      {R"("commons:purpose": ["a", "a"])", "repeats \"a\""},
      {R"("commons:purpose": [""])", "commons:purpose is empty"},
      {R"("commons:purposes": "a")", "did you mean \"commons:purpose\"?"},
      {R"("commons:role": "skip")", "is not known here"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(Error(Package(kSex, c.extra)),
                AllOf(StartsWith("resources[0]"), HasSubstr(c.expected)));
  }
  for (const char* name : {"Covid", "covid-cases", "1a", "a b", "m\xC4\x81ori"}) {
    EXPECT_THAT(
        Error(absl::StrReplaceAll(Package(kSex), {{"\"d\"", absl::StrCat("\"", name, "\"")}})),
        HasSubstr("cannot be a dataset's name in SQL"));
  }
  EXPECT_THAT(Error(Package(R"({"name": "a"})")), HasSubstr("nothing could be asked"));
  EXPECT_THAT(Error(Package("")), HasSubstr("nothing could be asked"));
  EXPECT_THAT(Error(Package(absl::StrCat(kSex, ",", kSex))), HasSubstr("two fields are called"));
  EXPECT_THAT(
      Error(Package("{\"name\": \"\xC4\x81\"}, {\"name\": \"a\xCC\x84\"}," + std::string(kSex))),
      HasSubstr("two fields are called"));
  EXPECT_THAT(Error(R"({"resources": []})"), HasSubstr("is empty"));
  EXPECT_THAT(Error(R"({"resources": [{"name": "d", "schema": "schema.json"}]})"),
              HasSubstr("expected an object"));
  EXPECT_THAT(Error(R"({"commons:entity": "a", "resources": []})"),
              HasSubstr("does not belong here"));
}

TEST(DatapackageRefusals, HostileJsonIsRefused) {
  EXPECT_THAT(Error(""), HasSubstr("is not JSON"));
  EXPECT_THAT(Error("{\n\"resources\": [1, 2,\n]}"),
              HasSubstr("the comma at the end of line 2 stands before ], and nothing follows it"));
  EXPECT_THAT(Error("{\"resources\": [],}"), HasSubstr("stands before }"));
  EXPECT_THAT(Error("{\"resources\": \"\xff\"}"), HasSubstr("is not JSON"));
  EXPECT_THAT(Error("{\"resources\": 1e999}"), HasSubstr("number overflow parsing '1e999'"));
  EXPECT_THAT(Error("[1]"), HasSubstr("expected an object"));
  EXPECT_THAT(Error(R"({"a": 1, "resources": [], "a": 2})"), HasSubstr("\"a\" is there twice"));
  EXPECT_THAT(Error(std::string(500'000, '[')), HasSubstr("nested deeper than 32"));
  EXPECT_THAT(Error(std::string(limits::kDatapackageBytes + 1, ' ')), HasSubstr("is larger than"));
  std::string fields = kSex;
  for (size_t i = 0; i < limits::kColumns; ++i)
    absl::StrAppend(&fields, ", {\"name\": \"c", i, "\"}");
  EXPECT_THAT(Error(Package(fields)), HasSubstr("more than 512 fields"));
  std::string codes = "\"x\"";
  for (size_t i = 0; i < limits::kCodesPerColumn; ++i) absl::StrAppend(&codes, ", \"", i, "\"");
  EXPECT_THAT(Error(Package(absl::StrCat(
                  R"({"name": "a", "commons:role": "dimension", "categories": [)", codes, "]}"))),
              HasSubstr("more than 4096 codes"));
  EXPECT_THAT(Error(Package(absl::StrCat("{\"name\": \"", std::string(129, 'n'), "\"}"))),
              HasSubstr("shorten it to at most 128"));
}

// Bytes changed, cut and doubled at random: an answer or an error, and every answer holds.
TEST(DatapackageRefusals, MutatedPackagesNeverCrash) {
  const std::string original = ReadSource("deploy/demo/data/nz-covid-cases/datapackage.json");
  std::mt19937 random(5);
  const std::string bytes = "{}[]\",:0-9.e\\\n \xff";
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = original;
    for (int change = random() % 3; change >= 0; --change) {
      const size_t at = random() % text.size();
      if (random() % 2) {
        text[at] = bytes[random() % bytes.size()];
      } else {
        text.erase(at, random() % 40);
      }
    }
    auto parsed = ParseDatapackage(text);
    if (!parsed.ok()) continue;
    ++accepted;
    EXPECT_TRUE(ValidateStandard(parsed->standard).ok()) << ValidateStandard(parsed->standard);
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace commons::governance
