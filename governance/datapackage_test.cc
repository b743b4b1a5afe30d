#include "governance/datapackage.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// A package of one resource; `fields` and `extra` (further properties) are JSON.
std::string Package(absl::string_view fields, absl::string_view extra = "") {
  return absl::StrCat(R"({"resources": [{"name": "d")", extra.empty() ? "" : ", ", extra,
                      R"(, "schema": {"fields": [)", fields, "]}}]}");
}
const char kSex[] = R"({"name": "sex", "type": "string", "commons:role": "dimension",
                        "constraints": {"enum": ["f", "m"]}})";

v1::Column ColumnOf(absl::string_view field) {
  auto parsed = ParseDatapackage(Package(field));
  EXPECT_TRUE(parsed.ok()) << parsed.status() << "\n" << field;
  return parsed.ok() ? parsed->standard.columns(0) : v1::Column();
}

std::string Error(absl::string_view package, absl::string_view resource = "") {
  auto parsed = ParseDatapackage(package, resource);
  EXPECT_FALSE(parsed.ok()) << package.substr(0, 500);
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string message(parsed.status().message());
  EXPECT_THAT(message, Not(HasSubstr("\n")));
  EXPECT_LT(message.size(), 600u);
  return message;
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
  auto parsed = ParseDatapackage(Package(
      absl::StrCat(kSex, R"(, {"name": "nhi", "commons:role": "identifier"})"),
      R"("title": "T", "description": "D", "commons:entity": "nhi",
         "commons:max_rows_per_person": 12, "commons:max_owners_per_person": 3,
         "commons:purpose": ["a", "b"], "commons:retention": "7 years",
         "commons:consent": "Privacy Act", "commons:as_of": "2024-02-29",
         "commons:unit": "whānau")"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const v1::Standard& standard = parsed->standard;
  EXPECT_EQ(standard.entity(), "nhi");
  EXPECT_EQ(standard.max_rows_per_person(), 12u);
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

TEST(Datapackage, ChoosesTheNamedResource) {
  const std::string two =
      absl::StrCat(R"({"resources": [{"name": "a", "schema": {"fields": [)", kSex,
                   R"(]}}, {"name": "b", "schema": {"fields": [)", kSex, "]}}]}");
  EXPECT_EQ(ParseDatapackage(two, "b")->standard.dataset(), "b");
  EXPECT_THAT(Error(two), HasSubstr("name one of \"a\", \"b\""));
  EXPECT_THAT(Error(two, "c"), HasSubstr("none is called \"c\"; there is \"a\", \"b\""));
}

TEST(Datapackage, RefusalsSayWhereWhatAndWhatToDo) {
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
       "more than 4096"},
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
      {dim + R"("commons:max_responses": 2, )" + codes + "}", "is not supported yet"},
      {dim + R"("commons:separator": ";", )" + codes + "}", "is not supported yet"},
      {dim + R"("commons:lables": {}, )" + codes + "}", "did you mean \"commons:labels\"?"},
      {dim + R"("Commons:Role": "skip", )" + codes + "}", "did you mean \"commons:role\"?"},
      {dim + R"("commons:entity": "a", )" + codes + "}", "is not known here"},
      {R"({"name": "a", "commons:role": "messure"})", "did you mean \"measure\"?"},
      {R"({"name": "a", "commons:breaks": [1, 2]})", "\"commons:breaks\" is only for"},
      {R"({"name": "a", "commons:role": "hidden", "commons:period": {}})",
       "only for date dimensions"},
      {date + R"("title": "x"})", "needs commons:period"},
      {date + R"("commons:period": {"unit": "week", "from": "2020-01-01", "to": "2020-01-02"}})",
       "needs unit (day, month, quarter or year)"},
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
      {measure + R"("commons:clip": [0, "1e99999999999"]})", "is not a number"},
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

TEST(Datapackage, RefusalsOfTheResource) {
  const std::string entity = R"("commons:entity": "nhi")";
  const struct {
    std::string extra, expected;
  } cases[] = {
      {entity, "commons:entity names \"nhi\", which is not a field"},
      {R"("commons:max_rows_per_person": 2)", "needs commons:entity"},
      {R"("commons:max_rows_per_person": 256, "commons:entity": "sex")", "must be 1 to 255"},
      {R"("commons:max_rows_per_person": 0)", "must be 1 to 255"},
      {R"("commons:max_rows_per_person": -1)", "is out of range"},
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

TEST(Datapackage, HostileJsonIsRefused) {
  EXPECT_THAT(Error(""), HasSubstr("is not JSON"));
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

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_TRUE(file.good() && !text.str().empty()) << path;
  return text.str();
}

// Bytes changed, cut and doubled at random: an answer or an error, and every answer holds.
TEST(Datapackage, MutatedPackagesNeverCrash) {
  const std::string original = ReadFile(std::filesystem::path(COMMONS_SOURCE_DIR) /
                                        "deploy/demo/data/nz-covid-cases/datapackage.json");
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

// RFC 4180, slowly.
std::vector<std::vector<std::string>> ReadCsv(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> rows(1);
  std::string field;
  bool quoted = false;
  const std::string text = ReadFile(path);
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      field += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ',' || c == '\n')) {
      rows.back().push_back(std::exchange(field, ""));
      if (c == '\n') rows.emplace_back();
    } else if (quoted || c != '\r') {
      field += c;
    }
  }
  if (!field.empty()) rows.back().push_back(field);
  if (rows.back().empty()) rows.pop_back();
  return rows;
}

// What an import would accept, by plain comparison; std::stod is exact enough for these files.
bool Acceptable(const v1::Column& column, const std::string& value) {
  for (const std::string& missing : column.missing_values()) {
    if (value == missing) return !column.required();
  }
  if (column.role() == v1::SKIP) return true;
  if (column.type() == v1::DATE) {
    return value.size() == 10 && value >= "2020-02-01" && value <= "2022-02-28";
  }
  if (column.codes_size() > 0) {
    for (const auto& code : column.codes()) {
      if (code.value() == value) return true;
    }
    return false;
  }
  const size_t point = value.find('.');
  if (point != std::string::npos && value.size() - point - 1 > column.decimals()) return false;
  const double scaled = std::stod(value) * std::pow(10, column.decimals());
  if (column.breaks_size() > 0) {
    return scaled >= column.breaks(0) && scaled < column.breaks(column.breaks_size() - 1);
  }
  return scaled >= column.clip_low() && scaled <= column.clip_high();
}

size_t CheckFiles(const std::string& package, const std::string& files,
                  const ParsedPackage& parsed) {
  size_t rows = 0;
  const auto folder = std::filesystem::path(COMMONS_SOURCE_DIR) / package / files;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const auto table = ReadCsv(file.path());
    std::map<std::string, size_t> at;
    for (size_t i = 0; i < table[0].size(); ++i) at[table[0][i]] = i;
    EXPECT_EQ(at.size(), static_cast<size_t>(parsed.standard.columns_size()));
    for (size_t r = 1; r < table.size(); ++r, ++rows) {
      for (const v1::Column& column : parsed.standard.columns()) {
        const std::string& value = table[r].at(at.at(column.name()));
        EXPECT_TRUE(Acceptable(column, value)) << file.path() << " " << r << " " << column.name();
        auto owners = parsed.exclusive.find(column.name());
        if (owners != parsed.exclusive.end()) {
          EXPECT_EQ(owners->second.at(value), file.path().stem());
        }
      }
    }
  }
  return rows;
}

TEST(Datapackage, RealPackagesAcceptEveryRowOfTheirFiles) {
  const std::string covid = "deploy/demo/data/nz-covid-cases",
                    hlfs = "tests/data/nz-hlfs-synthetic";
  auto cases = ParseDatapackage(
      ReadFile(std::filesystem::path(COMMONS_SOURCE_DIR) / covid / "datapackage.json"));
  ASSERT_TRUE(cases.ok()) << cases.status();
  EXPECT_THAT(cases->warnings, IsEmpty());
  EXPECT_EQ(cases->as_of, "2022-02-23");
  EXPECT_EQ(cases->exclusive["dhb"].size(), 22u);
  EXPECT_EQ(CheckFiles(covid, "by-dhb", *cases), 45473u);

  auto survey = ParseDatapackage(
      ReadFile(std::filesystem::path(COMMONS_SOURCE_DIR) / hlfs / "datapackage.json"));
  ASSERT_TRUE(survey.ok()) << survey.status();
  EXPECT_THAT(survey->warnings, IsEmpty());
  EXPECT_EQ(survey->standard.columns_size(), 36);
  EXPECT_EQ(CheckFiles(hlfs, "by-region", *survey), 23220u);
}

TEST(Datapackage, TheExampleOfTheReferenceIsAccepted) {
  const std::string reference =
      ReadFile(std::filesystem::path(COMMONS_SOURCE_DIR) / "docs/formats/datapackage.md");
  const size_t begin = reference.find("```json\n") + 8;
  auto parsed = ParseDatapackage(reference.substr(begin, reference.find("```", begin) - begin));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_THAT(parsed->warnings, IsEmpty());
  EXPECT_EQ(parsed->standard.entity(), "patient");
}

TEST(Standard, EveryBrokenInvariantFromAPeerIsRefused) {
  const auto parsed = ParseDatapackage(Package(absl::StrCat(kSex, R"(,
      {"name": "n", "type": "number", "commons:role": "measure", "commons:decimals": 2,
       "commons:clip": [0, 1]},
      {"name": "b", "type": "integer", "commons:role": "dimension", "commons:breaks": [1, 2, 3]},
      {"name": "t", "type": "date", "commons:role": "dimension",
       "commons:period": {"unit": "month", "from": "2024-01", "to": "2024-12"}},
      {"name": "f", "type": "boolean", "commons:role": "dimension"},
      {"name": "i", "type": "integer", "commons:role": "dimension", "constraints": {"enum": [1]}},
      {"name": "h", "commons:role": "hidden"})")));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_TRUE(ValidateStandard(parsed->standard).ok());
  using Change = std::function<void(v1::Standard*)>;
  const std::vector<Change> changes = {
      [](auto* s) { s->set_dataset("D"); },
      [](auto* s) { s->set_entity("none"); },
      [](auto* s) { s->set_max_rows_per_person(0); },
      [](auto* s) { s->set_max_rows_per_person(2); },
      [](auto* s) { s->set_max_owners_per_person(257); },
      [](auto* s) { s->set_unit(""); },
      [](auto* s) { s->set_retention("a\nb"); },
      [](auto* s) {
        for (int i = 0; i < 65; ++i) s->add_purposes(absl::StrCat(i));
      },
      [](auto* s) { s->clear_columns(); },
      [](auto* s) { *s->add_columns() = s->columns(0); },
      [](auto* s) {
        for (int i = 0; i < 17; ++i) s->add_title()->set_lang("en");
      },
      [](auto* s) { s->add_title()->set_text("no language"); },
      [](auto* s) { s->mutable_columns(0)->set_name("a\xCC\x84"); },
      [](auto* s) {
        s->mutable_columns(0)->set_name(
            "\xE2\x80\xAE"
            "xes");
      },
      [](auto* s) { s->mutable_columns(0)->set_role(static_cast<v1::Role>(99)); },
      [](auto* s) { s->mutable_columns(0)->set_type(v1::VALUE_TYPE_UNSPECIFIED); },
      [](auto* s) { s->mutable_columns(0)->clear_codes(); },
      [](auto* s) { s->mutable_columns(0)->mutable_codes(0)->set_value("m"); },
      [](auto* s) { s->mutable_columns(0)->mutable_codes(0)->set_label(""); },
      [](auto* s) { s->mutable_columns(0)->mutable_codes(0)->add_also("x"); },
      [](auto* s) { s->mutable_columns(0)->mutable_codes(0)->set_exclusive_org("short"); },
      [](auto* s) { s->mutable_columns(0)->add_missing_values("f"); },
      [](auto* s) { s->mutable_columns(0)->set_has_clip(true); },
      [](auto* s) { s->mutable_columns(0)->set_decimals(1); },
      [](auto* s) { s->mutable_columns(0)->set_unit("kg"); },
      [](auto* s) { s->mutable_columns(0)->set_has_minimum(true); },
      [](auto* s) { s->mutable_columns(0)->set_period_unit(v1::DAY); },
      [](auto* s) { s->mutable_columns(1)->set_decimals(7); },
      [](auto* s) { s->mutable_columns(1)->set_clip_low(100); },
      [](auto* s) { s->mutable_columns(1)->set_clip_high(limits::kAbsScaledValueMax + 1); },
      [](auto* s) { s->mutable_columns(1)->set_minimum(INT64_MIN); },
      [](auto* s) { s->mutable_columns(1)->add_breaks(1); },
      [](auto* s) { s->mutable_columns(1)->set_type(v1::STRING); },
      [](auto* s) { s->mutable_columns(2)->set_breaks(1, 3); },
      [](auto* s) { s->mutable_columns(2)->set_decimals(1); },
      [](auto* s) { *s->mutable_columns(2)->add_codes() = s->columns(5).codes(0); },
      [](auto* s) {
        for (int i = 4; i < 300; ++i) s->mutable_columns(2)->add_breaks(i);
      },
      [](auto* s) { s->mutable_columns(3)->set_period_from(s->columns(3).period_from() + 1); },
      [](auto* s) { s->mutable_columns(3)->set_period_to(s->columns(3).period_from() - 1); },
      [](auto* s) { s->mutable_columns(3)->set_period_to(INT64_MAX); },
      [](auto* s) { s->mutable_columns(3)->set_period_unit(static_cast<v1::PeriodUnit>(9)); },
      [](auto* s) { s->mutable_columns(4)->mutable_codes(0)->set_label("no"); },
      [](auto* s) { s->mutable_columns(4)->mutable_codes()->RemoveLast(); },
      [](auto* s) { s->mutable_columns(5)->mutable_codes(0)->set_value("01"); },
      [](auto* s) { *s->mutable_columns(6)->add_codes() = s->columns(0).codes(0); },
      [](auto* s) {
        for (int i = 0; i < 70; ++i) {
          s->mutable_columns(0)->add_description()->set_text(std::string(8192, 'x'));
        }
      },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    v1::Standard changed = parsed->standard;
    changes[i](&changed);
    const absl::Status status = ValidateStandard(changed);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << "change " << i;
    EXPECT_THAT(std::string(status.message()), StartsWith("standard: "));
  }
}

}  // namespace
}  // namespace commons::governance
