#include "records/rows/field_form.h"

#include <string>

#include "gtest/gtest.h"

namespace commons::records {
namespace {

ColumnLayout Ethnicity() {
  return {.name = "eth",
          .kind = ColumnKind::kBits,
          .codes = {{"Maori", 0}, {"Samoan", 1}, {"European", 2}},
          .code_count = 3,
          .missing = {"", "-"},
          .responses = 3,
          .separator = ";"};
}

// What is kept of a field: the codes' bits, or why it is not.
std::string Kept(absl::string_view text) {
  v1::FieldDialect field;
  field.set_name("eth");
  for (const auto& [to, from] :
       {std::pair("Maori", "M"), {"Samoan", "Sa"}, {"Maori", "1"}, {"", "?"}}) {
    auto* mapped = field.add_map();
    mapped->set_to(to);
    mapped->add_from(from);
  }
  const ColumnLayout column = Ethnicity();
  auto form = FieldForm::Create(field, column, true);
  EXPECT_TRUE(form.ok()) << form.status();
  if (const Reject reason = (*form)->Read(&text); reason != Reject::kNone) {
    return std::string(RejectText(reason));
  }
  ColumnValue value;
  const Reject reason = FieldParser(column).Parse(text, &value);
  if (reason != Reject::kNone) return std::string(RejectText(reason));
  return value.null ? "null" : std::to_string(value.number);
}

TEST(FieldForm, EachOfSeveralResponsesStandsForItsCode) {
  constexpr char kUnknown[] = "not one of the declared codes";
  const struct {
    const char* text;
    const char* kept;
  } cases[] = {
      {"M", "1"},        {"M;Sa", "3"},         {" Sa ; M ", "3"}, {"Samoan;M", "3"},
      {"M;1", "1"},      {"M;;European;", "5"}, {";M", "1"},       {"?", "null"},
      {"-", "null"},     {"", "null"},          {"M;?", kUnknown},  // no value beside others
      {"M;x", kUnknown}, {"m;Sa", kUnknown},    {"M Sa", kUnknown}};
  for (const auto& c : cases) EXPECT_EQ(Kept(c.text), c.kept) << c.text;
}

// The bits of a field that the owner divides in another way than the definition.
std::string Divided(absl::string_view text, const std::string& separator, bool maps = false) {
  v1::FieldDialect field;
  field.set_name("eth");
  field.set_separator(separator);
  if (maps) {
    auto* mapped = field.add_map();
    mapped->set_to("Maori");
    mapped->add_from("Ngai;Tahu");
  }
  const ColumnLayout column = Ethnicity();
  auto form = FieldForm::Create(field, column, false);
  if (!form.ok()) return std::string(form.status().message());
  Reject reason = (*form)->Read(&text);
  ColumnValue value;
  if (reason == Reject::kNone) reason = FieldParser(column).Parse(text, &value);
  if (reason != Reject::kNone) return std::string(RejectText(reason));
  return value.null ? "null" : std::to_string(value.number);
}

TEST(FieldForm, AnOwnersSeparatorStandsForTheDefinitions) {
  constexpr char kUnknown[] = "not one of the declared codes";
  EXPECT_EQ(Divided("Maori|Samoan", "|"), "3");
  EXPECT_EQ(Divided("Maori / European", " / "), "5");
  EXPECT_EQ(Divided("Samoan", "|"), "2");
  EXPECT_EQ(Divided("", "|"), "null");
  EXPECT_EQ(Divided("-", "|"), "null");
  EXPECT_EQ(Divided("Maori|x", "|"), kUnknown);
  EXPECT_EQ(Divided("Maori;Samoan", "|"), kUnknown) << "one response in this owner's file";
  EXPECT_EQ(Divided("Ngai;Tahu|Samoan", "|", true), "3");
  EXPECT_NE(Divided("Maori", "o").find("has commons:separator in it"), std::string::npos);
}

TEST(FieldForm, ASeparatorIsForColumnsOfSeveralResponses) {
  v1::FieldDialect field;
  field.set_name("sex");
  field.set_separator("|");
  const auto form = FieldForm::Create(field, {.name = "sex"}, false);
  EXPECT_EQ(form.status().message(),
            "commons:separator is for columns of several responses; leave it out");
}

}  // namespace
}  // namespace commons::records
