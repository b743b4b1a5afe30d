#include "governance/standard/dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/standard/dialect_check.h"

namespace commons::governance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

v1::Dialect Parsed(absl::string_view json) {
  const auto dialect = ParseDialect(json, "visits");
  EXPECT_TRUE(dialect.ok()) << dialect.status();
  return dialect.ok() ? *dialect : v1::Dialect();
}

std::string Refused(absl::string_view json) {
  const auto dialect = ParseDialect(json, "visits");
  EXPECT_FALSE(dialect.ok()) << json.substr(0, 200);
  EXPECT_EQ(dialect.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string message(dialect.status().message());
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_LT(message.size(), 600u);
  return message;
}

TEST(DialectTest, EverythingThatAFileSaysIsRead) {
  const v1::Dialect dialect = Parsed(R"({
    "delimiter": ";", "quoteChar": "'", "doubleQuote": false, "commentChar": "#",
    "skipInitialSpace": true, "headerRows": [3], "lineTerminator": "\r", "header": true,
    "encoding": "windows-1257", "commons:trim": true,
    "fields": [
      {"name": "cost", "groupChar": ".", "decimalChar": ",", "bareNumber": false},
      {"name": "visit", "format": "%d/%m/%Y"},
      {"name": "insured", "trueValues": ["Y"], "falseValues": ["N", ""]},
      {"name": "sex", "commons:map": {"F": ["f", "Wahine"], "": ["?"]}}]})");
  EXPECT_EQ(dialect.delimiter(), ";");
  EXPECT_EQ(dialect.quote_char(), "'");
  EXPECT_TRUE(dialect.quotes_not_doubled());
  EXPECT_EQ(dialect.comment_char(), "#");
  EXPECT_TRUE(dialect.skip_initial_space());
  EXPECT_EQ(dialect.header_row(), 3u);
  EXPECT_TRUE(dialect.cr_line_ends());
  EXPECT_TRUE(dialect.trim());
  EXPECT_EQ(dialect.encoding(), "windows-1257");
  ASSERT_EQ(dialect.fields_size(), 4);
  EXPECT_EQ(dialect.fields(0).group_char(), ".");
  EXPECT_EQ(dialect.fields(0).decimal_char(), ",");
  EXPECT_TRUE(dialect.fields(0).signs());
  EXPECT_EQ(dialect.fields(1).date_format(), "%d/%m/%Y");
  EXPECT_EQ(dialect.fields(2).map(0).to(), "false");
  EXPECT_THAT(dialect.fields(2).map(0).from(), ElementsAre("N", ""));
  EXPECT_EQ(dialect.fields(2).map(1).to(), "true");
  EXPECT_EQ(dialect.fields(3).map(0).to(), "F");
  EXPECT_THAT(dialect.fields(3).map(0).from(), ElementsAre("f", "Wahine"));
  EXPECT_EQ(dialect.fields(3).map(1).to(), "");
}

TEST(DialectTest, NothingSaidIsThePlainFile) {
  const v1::Dialect dialect = Parsed("{}");
  EXPECT_EQ(dialect.delimiter(), ",");
  EXPECT_FALSE(dialect.has_quote_char());
  EXPECT_FALSE(dialect.quotes_not_doubled());
  EXPECT_EQ(dialect.fields_size(), 0);
  EXPECT_EQ(Parsed(R"({"quoteChar": null})").quote_char(), "");
  EXPECT_TRUE(Parsed(R"({"quoteChar": null})").has_quote_char());
}

TEST(DialectTest, AFieldHasItsOwnHeaderAndSeparator) {
  const v1::Dialect dialect = Parsed(R"({"fields": [
      {"name": "sex", "commons:header": "Geschlecht"},
      {"name": "eth", "commons:header": "sex", "commons:separator": " / "}]})");
  EXPECT_EQ(dialect.fields(0).header(), "Geschlecht");
  EXPECT_EQ(dialect.fields(1).separator(), " / ");
  const auto refused = [](const std::string& fields) {
    return Refused(absl::StrCat(R"({"quoteChar": null, "fields": [)", fields, "]}"));
  };
  EXPECT_THAT(refused(R"({"name": "a"}, {"name": "b", "commons:header": "a"})"),
              HasSubstr("the field \"b\": the header \"a\" is another field's; keep one"));
  EXPECT_THAT(refused(R"({"name": "a", "commons:header": " A"})"),
              HasSubstr("commons:header begins or ends with a space"));
  EXPECT_THAT(refused(R"({"name": "a", "commons:separator": "123456789"})"),
              HasSubstr("of 1 to 8 bytes"));
  EXPECT_THAT(refused(R"({"name": "a", "commons:separator": ","})"),
              HasSubstr("responses are divided by the delimiter"));
}

// Of the resource that is called as the dataset, or the only one; what else a package says is not
// about how the file is written.
TEST(DialectTest, TheOwnersDatapackageIsADialectToo) {
  const std::string resource = R"({"name": "mine", "encoding": "utf-16",
    "dialect": {"delimiter": "\t", "csvddfVersion": "1.2"}, "commons:entity": "nhi",
    "schema": {"missingValues": [""], "fields": [
      {"name": "visit", "type": "date", "format": "%d/%m/%Y", "constraints": {"required": true}},
      {"name": "mail", "type": "string", "format": "email"},
      {"name": "cost", "type": "number", "decimalChar": ","}]}})";
  const v1::Dialect dialect = Parsed(absl::StrCat(R"({"resources": [)", resource, "]}"));
  EXPECT_EQ(dialect.delimiter(), "\t");
  EXPECT_EQ(dialect.encoding(), "utf-16");
  ASSERT_EQ(dialect.fields_size(), 2);
  EXPECT_EQ(dialect.fields(0).name(), "visit");
  EXPECT_EQ(dialect.fields(1).decimal_char(), ",");
  const std::string two = absl::StrCat(R"({"resources": [)", resource, R"(, {"name": "visits"}]})");
  EXPECT_EQ(Parsed(two).fields_size(), 0);
  EXPECT_THAT(Refused(R"({"resources": [{"name": "a"}, {"name": "b"}]})"),
              HasSubstr("resources: none is called \"visits\""));
  EXPECT_THAT(Refused(R"({"resources": [{"name": "a", "dialect": {"delimeter": ";"}}]})"),
              HasSubstr("resources[0].dialect: \"delimeter\" is not known here; is it "
                        "\"delimiter\"?"));
}

TEST(DialectTest, WhatIsNotKnownIsNamedWithItsPlace) {
  EXPECT_EQ(Refused(R"({"delimiter": ";", "quotechar": "'"})"),
            "dialect: \"quotechar\" is not known here; is it \"quoteChar\"?");
  EXPECT_THAT(
      Refused(R"({"fields": [{"name": "a"}, {"name": "b", "formt": "%Y"}]})"),
      HasSubstr("dialect.fields[1] (\"b\"): \"formt\" is not known here; is it \"format\"?"));
  EXPECT_THAT(Refused(R"({"fields": [{"groupChar": ","}]})"), HasSubstr("has no \"name\""));
  EXPECT_THAT(Refused("[]"), HasSubstr("must be an object"));
  EXPECT_THAT(Refused(R"({"delimiter": ";",)"), HasSubstr("is not JSON: parse error at line 1"));
  EXPECT_THAT(Refused(R"({"delimiter": 5})"), HasSubstr("dialect.delimiter: expected a text"));
  EXPECT_THAT(Refused(R"({"fields": [{"name": "a", "commons:map": {"x": "y"}}]})"),
              HasSubstr("commons:map[\"x\"]: expected a list"));
}

TEST(DialectTest, WhatWouldChangeTheReadingAndIsNotReadIsRefused) {
  EXPECT_THAT(Refused(R"({"escapeChar": "\\"})"), HasSubstr("double the quotes"));
  EXPECT_THAT(Refused(R"({"nullSequence": "NULL"})"), HasSubstr("commons:map"));
  EXPECT_THAT(Refused(R"({"header": false})"), HasSubstr("without a header"));
  EXPECT_THAT(Refused(R"({"headerRows": [1, 2]})"), HasSubstr("a list of one number"));
  EXPECT_THAT(Refused(R"({"headerRows": [0]})"), HasSubstr("must be 1 to 1000"));
  EXPECT_THAT(Refused(R"({"headerRows": [1001]})"), HasSubstr("must be 1 to 1000"));
  EXPECT_THAT(Refused(R"({"lineTerminator": "|"})"), HasSubstr("lineTerminator"));
  EXPECT_THAT(Refused(R"({"encoding": "utf-7"})"), HasSubstr("use one of utf-8, utf-16"));
  EXPECT_THAT(Refused(R"({"fields": [{"name": "a", "format": "any"}]})"), HasSubstr("in two ways"));
  EXPECT_THAT(Refused(R"({"fields": [{"name": "a", "format": "%d/%m"}]})"),
              HasSubstr("the field \"a\" format \"%d/%m\": the date format names no year"));
}

TEST(DialectTest, WhatContradictsItselfIsRefused) {
  EXPECT_THAT(Refused(R"({"delimiter": "'", "quoteChar": "'"})"),
              HasSubstr("another mark already"));
  EXPECT_THAT(Refused(R"({"delimiter": "#", "commentChar": "#"})"),
              HasSubstr("another mark already"));
  EXPECT_THAT(Refused(R"({"delimiter": " ", "skipInitialSpace": true})"),
              HasSubstr("the delimiter is a space"));
  for (const char* mark : {"a", "7", "::", "\\n", "\\r", "_", "-", "\u00a6"}) {
    EXPECT_THAT(Refused(absl::StrCat(R"({"delimiter": ")", mark, R"("})")),
                HasSubstr("can't be one"));
  }
  const auto field = [](absl::string_view says, absl::string_view file = "") {
    return Refused(absl::StrCat("{", file, R"("fields": [{"name": "a", )", says, "}]}"));
  };
  EXPECT_THAT(field(R"("groupChar": ",", "decimalChar": ",")"), HasSubstr("are the same"));
  EXPECT_THAT(field(R"("groupChar": ".")"), HasSubstr("(\".\" if left out)"));
  EXPECT_THAT(field(R"("decimalChar": ";")", R"("delimiter": ";", "quoteChar": null, )"),
              HasSubstr("no row could be read"));
  EXPECT_THAT(field(R"("bareNumber": false, "format": "%Y")"),
              HasSubstr("as a number and as a date"));
  EXPECT_THAT(field(R"("commons:map": {"F": ["x"], "M": ["x"]})"),
              HasSubstr("\"x\" stands for two things"));
  EXPECT_THAT(field(R"("trueValues": ["1"], "falseValues": ["1"])"), HasSubstr("for two things"));
  EXPECT_THAT(field(R"("commons:map": {"F": []})"), HasSubstr("has no text"));
  EXPECT_THAT(field(R"("trueValues": ["1"], "commons:map": {"true": ["x"]})"),
              HasSubstr("mapped to twice"));
  EXPECT_THAT(Refused(R"({"fields": [{"name": "a"}, {"name": "a"}]})"),
              HasSubstr("stands there twice"));
}

// Whatever it holds, in a file or a message of any program.
TEST(DialectTest, ARefusalIsOneShortLineWithoutControlCharacters) {
  const std::string odd = "%Q\n\x1b[31m", long_one(200 << 10, '%');
  const auto refused = [](const v1::Dialect& dialect) {
    const absl::Status status = CheckDialect(dialect);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_LT(status.message().size(), 600u);
    for (const char c : status.message()) EXPECT_GE(c, ' ') << status.message();
  };
  for (const std::string& text : {odd, long_one, std::string("\x1b\x1b"), std::string(",,,,,")}) {
    for (const auto set : {&v1::FieldDialect::set_group_char<const std::string&>,
                           &v1::FieldDialect::set_decimal_char<const std::string&>,
                           &v1::FieldDialect::set_date_format<const std::string&>}) {
      v1::Dialect dialect;
      dialect.add_fields()->set_name("a");
      (dialect.mutable_fields(0)->*set)(text);
      refused(dialect);
    }
    v1::Dialect dialect;
    dialect.set_delimiter(text);
    refused(dialect);
    dialect = v1::Dialect();
    dialect.set_encoding(text);
    refused(dialect);
  }
  const auto format = [](absl::string_view text) {
    return Refused(absl::StrCat(R"({"fields": [{"name": "a", "format": ")", text, R"("}]})"));
  };
  EXPECT_THAT(format(R"(%Q\n\u001b[31m)"),
              HasSubstr(R"(the field "a" format "%Q\n\033[31m" holds a control character)"));
  EXPECT_THAT(format(long_one), HasSubstr("has 204800 bytes; shorten it to at most 64"));
}

// What crosses the socket was written by any program.
TEST(DialectTest, AMessageIsBounded) {
  v1::Dialect dialect;
  EXPECT_TRUE(CheckDialect(dialect).ok());
  dialect.add_fields()->set_name("a");
  auto& mapped = *dialect.mutable_fields(0)->add_map();
  mapped.set_to("x");
  for (size_t bytes = 0; bytes < limits::kDialectBytes; bytes += 10) {
    mapped.add_from(absl::StrCat("text ", bytes));
  }
  EXPECT_THAT(CheckDialect(dialect).message(), HasSubstr("larger than"));
  mapped.clear_from();
  mapped.add_from(std::string(limits::kLabelBytes + 1, 'x'));
  EXPECT_FALSE(CheckDialect(dialect).ok());
  mapped.set_from(0, "Ta\u0304ne");
  EXPECT_FALSE(CheckDialect(dialect).ok()) << "not in NFC: would never be found";
  dialect.clear_fields();
  dialect.set_header_row(limits::kHeaderRowMax + 1);
  EXPECT_FALSE(CheckDialect(dialect).ok());
}

}  // namespace
}  // namespace commons::governance
