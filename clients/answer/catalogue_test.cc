#include "clients/answer/catalogue.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace commons::clients {
namespace {

using nlohmann::json;

// One dataset that a member holds, with a column of each kind, and one that nobody holds.
v1::CatalogueReply TwoDatasets() {
  v1::CatalogueReply reply;
  v1::CatalogueReply::Dataset& cases = *reply.add_datasets();
  cases.set_name("cases");
  v1::Standard& standard = *cases.mutable_standard();
  standard.set_dataset("cases");
  v1::Column& sex = *standard.add_columns();
  sex.set_name("sex");
  sex.set_role(v1::DIMENSION);
  sex.set_type(v1::STRING);
  v1::Code& labelled = *sex.add_codes();
  labelled.set_value("1");
  labelled.set_label("Wāhine");
  sex.add_codes()->set_value("2");
  v1::Grouping& grouping = *sex.add_groupings();
  grouping.set_name("kind");
  grouping.add_groups()->set_label("All of them");
  v1::Column& age = *standard.add_columns();
  age.set_name("age");
  age.set_role(v1::MEASURE);
  age.set_type(v1::NUMBER);
  age.set_decimals(1);
  age.set_unit("years");
  age.add_breaks(0);
  age.add_breaks(155);
  v1::Column& notes = *standard.add_columns();
  notes.set_name("notes");
  notes.set_role(v1::SKIP);
  v1::CatalogueReply::Holder& holder = *cases.add_holders();
  holder.set_member("lakes");
  holder.set_epoch(3);
  holder.set_as_of("2022-02-23");
  holder.add_not_held("age");
  holder.add_not_held("sex");
  holder.set_frozen(true);
  v1::NotHolding& none = *cases.add_not_holding();
  none.set_member("tui");
  none.set_why("no notice of holdings in force");
  reply.add_datasets()->set_name("visits");
  return reply;
}

TEST(CatalogueJson, NamesColumnsByLabelAndLeavesOutWhatIsSkipped) {
  const json parsed = json::parse(CatalogueJson(TwoDatasets()));
  ASSERT_EQ(parsed["datasets"].size(), 2u);
  const json& columns = parsed["datasets"][0]["columns"];
  ASSERT_EQ(columns.size(), 2u) << "a skipped column is not told";
  EXPECT_EQ(columns[0]["labels"], (json{"Wāhine", "2"}));
  EXPECT_EQ(columns[0]["groupings"],
            (json::array({{{"name", "kind"}, {"labels", {"All of them"}}}})));
  EXPECT_EQ(columns[0]["role"], "dimension");
  EXPECT_EQ(columns[1]["unit"], "years");
  EXPECT_EQ(columns[1]["breaks"], (json{0.0, 15.5}));
  EXPECT_EQ(parsed["datasets"][0]["holders"], (json::array({{{"member", "lakes"},
                                                             {"epoch", 3},
                                                             {"as_of", "2022-02-23"},
                                                             {"coverage", ""},
                                                             {"frozen", true},
                                                             {"not_held", {"age", "sex"}}}})));
  EXPECT_EQ(parsed["datasets"][0]["not_holding"],
            (json::array({{{"member", "tui"}, {"why", "no notice of holdings in force"}}})));
  EXPECT_TRUE(parsed["datasets"][1]["holders"].empty());
}

TEST(CatalogueTable, ARowForEachHolderAndOneWhereThereIsNone) {
  EXPECT_EQ(CatalogueTable(TwoDatasets(), Format::kCsv),
            "dataset,member,edition,as of,columns not held,state\r\n"
            "cases,lakes,3,2022-02-23,\"age, sex\",FROZEN\r\n"
            "visits,(nobody yet),,,,\r\n");
}

TEST(DescribeStandard, SaysEveryColumnInALine) {
  const std::string text = DescribeStandard(TwoDatasets().datasets(0).standard());
  EXPECT_THAT(text, testing::StartsWith("cases: "));
  EXPECT_THAT(text, testing::HasSubstr("2 codes: Wāhine, 2"));
  EXPECT_THAT(text, testing::HasSubstr("\nnotes "));
  EXPECT_THAT(text, testing::HasSubstr("group or filter by it; groups of sex"));
  EXPECT_THAT(text, testing::HasSubstr("1 group: All of them"));
}

TEST(DescribeStandard, OfALongListTheBeginningIsShownUnlessAllIsAskedFor) {
  v1::CatalogueReply::Dataset dataset = TwoDatasets().datasets(0);
  v1::Column& sex = *dataset.mutable_standard()->mutable_columns(0);
  sex.clear_codes();
  for (int i = 0; i < 6000; ++i) sex.add_codes()->set_value(absl::StrCat("code", i, "."));
  const std::string text = DescribeStandard(dataset.standard());
  EXPECT_THAT(text, testing::HasSubstr("6000 codes: code0., code1., "));
  EXPECT_THAT(text, testing::HasSubstr(", code9. and 5990 more: --all"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("code10.")));
  EXPECT_THAT(DescribeStandard(dataset.standard(), true), testing::HasSubstr(", code5999."));
  EXPECT_EQ(json::parse(DatasetJson(dataset))["columns"][0]["labels"].size(), 6000u);
}

}  // namespace
}  // namespace commons::clients
