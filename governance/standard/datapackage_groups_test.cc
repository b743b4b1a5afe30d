// commons:groups, and commons:codes with a list beside the package.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "governance/standard/code_list.h"
#include "governance/standard/datapackage.h"
#include "governance/standard/datapackage_for_test.h"
#include "governance/standard/standard_check.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Files by their path: rows of fields between commas.
CodeTableReader Beside(const std::map<std::string, std::string>& files) {
  return [files](const std::string& path) -> absl::StatusOr<CodeTable> {
    const auto found = files.find(path);
    if (found == files.end()) return absl::InvalidArgumentError("is not there");
    CodeTable table;
    uint64_t number = 0;
    for (const absl::string_view line : absl::StrSplit(found->second, ';')) {
      const std::vector<std::string> fields = absl::StrSplit(line, ',');
      ++number;
      if (number == 1) {
        table.header = fields;
      } else {
        table.rows.push_back({number, fields});
      }
    }
    return table;
  };
}

std::string District(absl::string_view properties) {
  return absl::StrCat(R"({"name": "district", "commons:role": "dimension", )", properties, "}");
}
constexpr char kCodes[] = R"("constraints": {"enum": ["01", "02", "03"]}, )";

absl::StatusOr<v1::Column> Read(absl::string_view properties, const CodeTableReader& read = {}) {
  const auto parsed = ParseDatapackage(Package(District(properties)), "", read);
  if (!parsed.ok()) return parsed.status();
  EXPECT_TRUE(ValidateStandard(parsed->standard).ok());
  return parsed->standard.columns(0);
}

// "value = label: code code" of each group.
std::vector<std::string> Groups(const v1::Column& column, int grouping = 0) {
  const v1::Grouping& of = column.groupings(grouping);
  std::vector<std::string> out;
  for (const v1::Code& group : of.groups()) {
    out.push_back(absl::StrCat(group.value(), " = ", group.label(), ":"));
  }
  for (int i = 0; i < of.group_of_size(); ++i) {
    absl::StrAppend(&out[of.group_of(i)], " ", column.codes(i).value());
  }
  return out;
}

std::string Told(absl::string_view properties, const CodeTableReader& read = {}) {
  return std::string(Read(properties, read).status().message());
}

TEST(Groups, AreListsOfCodesWithARestWhereItIsNamed) {
  const auto column = Read(absl::StrCat(kCodes, R"("commons:groups": {
      "region": {"title": "Region", "groups": [
        {"value": "n", "label": "North", "codes": ["03", "01"]}, {"value": "s", "codes": ["02"]}]},
      "coast": {"groups": [{"value": "east", "codes": ["02"]}],
                "rest": {"value": "west", "label": "West"}}})"));
  ASSERT_TRUE(column.ok()) << column.status();
  ASSERT_EQ(column->groupings_size(), 2);
  EXPECT_EQ(column->groupings(0).name(), "region");
  EXPECT_EQ(column->groupings(0).title(0).text(), "Region");
  EXPECT_THAT(Groups(*column), ElementsAre("n = North: 01 03", "s = s: 02"));
  EXPECT_THAT(Groups(*column, 1), ElementsAre("east = east: 02", "west = West: 01 03"));
}

TEST(Groups, OfWholeNumbersMayBeRanges) {
  const auto column = Read(R"("type": "integer", "constraints": {"minimum": 0, "maximum": 4},
      "commons:groups": {"band": {"groups": [{"value": "young", "from": 0, "to": 1},
          {"value": "old", "codes": [4, "03", 2]}]}})");
  ASSERT_TRUE(column.ok()) << column.status();
  EXPECT_THAT(Groups(*column), ElementsAre("young = young: 0 1", "old = old: 2 3 4"));
}

TEST(Groups, RefusalsSayWhereWhatAndWhatToDo) {
  const auto region = [](absl::string_view rest) {
    return Told(absl::StrCat(kCodes, R"("commons:groups": {"region": )", rest, "}"));
  };
  const auto groups = [&](absl::string_view list, absl::string_view rest = "") {
    return region(absl::StrCat(R"({"groups": [)", list, "]", rest, "}"));
  };
  EXPECT_EQ(groups(R"({"value": "n", "codes": ["01"]})"),
            "resources[0].schema.fields[0] (\"district\").commons:groups[\"region\"]: the code "
            "\"02\" and 1 more are in no group; put every code in one, or name a group for the "
            "others: \"rest\": {\"value\": \"other\"}");
  const std::string all = R"({"value": "n", "codes": ["01", "02", "03"]})";
  EXPECT_THAT(groups(all, R"(, "rest": {"value": "o"})"), HasSubstr("every code is in a group"));
  EXPECT_THAT(groups(R"({"value": "n", "codes": ["01", "09"]})"),
              AllOf(HasSubstr("codes[1]"), HasSubstr("\"09\" is not a code of this field")));
  EXPECT_THAT(groups(absl::StrCat(all, R"(, {"value": "s", "codes": ["02"]})")),
              HasSubstr("the code \"02\" is in another group too"));
  EXPECT_THAT(groups(absl::StrCat(all, R"(, {"value": "s", "codes": []})")),
              HasSubstr("the group \"s\" has no code; remove it"));
  EXPECT_THAT(groups(R"({"value": "n", "codes": ["01"]}, {"value": "n", "codes": ["02", "03"]})"),
              HasSubstr("the group \"n\" is there twice"));
  EXPECT_THAT(groups(R"({"value": "n", "codes": ["01"]},
                        {"value": "s", "label": "n", "codes": ["02", "03"]})"),
              HasSubstr("the label \"n\" stands for two groups"));
  EXPECT_THAT(groups(R"({"codes": ["01"]})"), HasSubstr("has no \"value\""));
  EXPECT_THAT(groups(R"({"value": "n"})"), HasSubstr("needs \"codes\""));
  EXPECT_THAT(groups(R"({"value": "n", "from": 1})"), HasSubstr("needs \"codes\""));
  EXPECT_THAT(groups(R"({"value": "n", "from": 1, "to": 2})"), HasSubstr("whole numbers"));
  EXPECT_THAT(groups(R"({"value": "n", "code": ["01"]})"), HasSubstr("\"code\" is not known"));
  EXPECT_THAT(region("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(region("{}"), HasSubstr("has no \"groups\""));
  EXPECT_THAT(region(R"({"groups": [], "others": 1})"), HasSubstr("\"others\" is not known"));
  EXPECT_THAT(
      Told(absl::StrCat(kCodes, R"("commons:groups": {"district": {"groups": [)", all, "]}}")),
      HasSubstr("called as a field or another grouping is"));
  EXPECT_THAT(Told(R"("type": "boolean", "commons:groups": {})"), HasSubstr("is only for"));
  EXPECT_THAT(
      Told(absl::StrCat(R"("commons:max_responses": 2, "commons:groups": {"r": {"groups": [)", all,
                        "]}}, ", R"("constraints": {"enum": ["01", "02", "03"]})")),
      HasSubstr("one to a row"));
}

TEST(CodeList, GivesCodesLabelsAndGroups) {
  const auto read = Beside(
      {{"lists/d.csv", "code,name,r,rn,c;01,Far,n,North,e;02,Near,s,South,;03,Mid,n,North,e"}});
  const auto column = Read(R"("commons:codes": {"path": "lists/d.csv", "value": "code",
      "label": "name", "groups": {"region": {"value": "r", "label": "rn", "title": "Region"},
      "coast": {"value": "c", "rest": {"value": "none"}}, "r2": "r"}})",
                           read);
  ASSERT_TRUE(column.ok()) << column.status();
  EXPECT_EQ(column->codes(1).label(), "Near");
  EXPECT_THAT(Groups(*column), ElementsAre("n = North: 01 03", "s = South: 02"));
  EXPECT_THAT(Groups(*column, 1), ElementsAre("e = e: 01 03", "none = none: 02"));
  EXPECT_THAT(Groups(*column, 2), ElementsAre("n = n: 01 03", "s = s: 02"));
  EXPECT_EQ(column->groupings(0).title(0).text(), "Region");
}

TEST(CodeList, RefusalsNameTheRow) {
  const auto told = [](const std::string& file, absl::string_view more = "") {
    return Told(
        absl::StrCat(R"("commons:codes": {"path": "d.csv", "value": "code", "label": "name")", more,
                     "}"),
        Beside({{"d.csv", file}}));
  };
  EXPECT_EQ(told("code,name;01,Far;01,Near"),
            "resources[0].schema.fields[0] (\"district\").commons:codes: \"d.csv\" row 3: the code "
            "\"01\" is in row 2 already; keep one");
  EXPECT_THAT(told("code,name;01,Far;,Near"), HasSubstr("row 3: the code \"\" is empty"));
  EXPECT_THAT(told("code,name;01,"), HasSubstr("row 2: the label of \"01\" is empty"));
  EXPECT_THAT(told("code,name;01,Far,x"), HasSubstr("row 2: has 3 fields, the header 2"));
  EXPECT_THAT(told("code,names;01,Far"), HasSubstr("no column \"name\"; is it \"names\"?"));
  EXPECT_THAT(told("code,name,code;01,Far,2"), HasSubstr("two columns \"code\""));
  EXPECT_THAT(told("code,name"), HasSubstr("has no rows"));
  EXPECT_THAT(told("code,name;01,Far;02,Near", R"(, "groups": {"r": "name"}, "x": 1)"),
              HasSubstr("\"x\" is not known"));
  EXPECT_THAT(told("code,name,r;01,Far,n;02,Near,", R"(, "groups": {"r": "r"})"),
              HasSubstr("the code \"02\" is in no group"));
  EXPECT_THAT(told("code,name,r,l;01,Far,n,North;02,Near,n,Nord",
                   R"(, "groups": {"g": {"value": "r", "label": "l"}})"),
              HasSubstr("row 3: calls the group \"n\" \"Nord\", row 2 \"North\""));
  EXPECT_THAT(told("code,name;01,Same;02,Same"), HasSubstr("stands for two codes"));
  EXPECT_THAT(Told(R"("commons:codes": {"path": "none.csv", "value": "code"})", Beside({})),
              HasSubstr("\"none.csv\" is not there"));
  EXPECT_THAT(Told(R"("commons:codes": {"path": "d.csv", "value": "code"})"),
              HasSubstr("no file is read here"));
  EXPECT_THAT(Told(absl::StrCat(kCodes, R"("commons:codes": {"path": "d.csv", "value": "code"})")),
              HasSubstr("listed in the package too"));
  EXPECT_THAT(Told(R"("type": "integer", "commons:codes": {"path": "d.csv", "value": "code"})",
                   Beside({{"d.csv", "code;1;1.5"}})),
              HasSubstr("row 3: \"1.5\" is not a code of this type"));
}

TEST(CodeList, LiesBesideThePackage) {
  for (const char* path : {"codes.csv", "lists/codes.csv", "a/b/c.csv", "..codes.csv"}) {
    EXPECT_TRUE(CheckBeside(path).ok()) << path;
  }
  for (const char* path : {"", "/etc/passwd", "../codes.csv", "a/../../b.csv", "./a.csv",
                           "a//b.csv", "a/", "a\\b.csv", "a\nb.csv"}) {
    EXPECT_EQ(CheckBeside(path).code(), absl::StatusCode::kInvalidArgument) << path;
  }
  EXPECT_THAT(Told(R"("commons:codes": {"path": "../d.csv", "value": "code"})"),
              HasSubstr("is not a file in the package's folder"));
}

std::string Numbered(size_t codes) {
  std::string file = "code,region";
  for (size_t i = 0; i < codes; ++i) absl::StrAppend(&file, ";", i, ",", i % 7);
  return file;
}

TEST(CodeList, IsAsLongAsItsGroupsAreFew) {
  const std::string grouped =
      R"("commons:codes": {"path": "d.csv", "value": "code", "groups": {"region": "region"}})";
  const std::string plain = R"("commons:codes": {"path": "d.csv", "value": "code"})";
  const auto read = Beside({{"d.csv", Numbered(limits::kCodesPerColumn + 1)}});
  const auto column = Read(grouped, read);
  ASSERT_TRUE(column.ok()) << column.status();
  EXPECT_EQ(column->codes(0).label(), "") << "a long list says only other labels";
  EXPECT_THAT(Told(plain, read), HasSubstr("name groups of them to group by (commons:groups)"));
  const auto longest = Read(grouped, Beside({{"d.csv", Numbered(limits::kCodesPerLongList)}}));
  EXPECT_TRUE(longest.ok()) << longest.status();
  EXPECT_THAT(Told(grouped, Beside({{"d.csv", Numbered(limits::kCodesPerLongList + 1)}})),
              HasSubstr("more than 65536 codes"));
  std::string each = grouped;
  each.replace(each.rfind("\"region\"}"), 8, "\"code\"");
  EXPECT_THAT(Told(each, read), HasSubstr("has 4097 groups; give 1 to 4096"));
}

}  // namespace
}  // namespace commons::governance
