// Each way in which two versions of a definition can differ, one at a time.
#include "governance/standard/held_under.h"

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "governance/document/refusal.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

enum : uint32_t { kNhi, kSex, kAge, kDay, kCost };

v1::Standard Visits() {
  v1::Standard standard;
  constexpr char kText[] = R"pb(
    dataset: "visits"
    entity: "nhi"
    unit: "person"
    max_rows_per_person: 2
    max_owners_per_person: 1
    columns { name: "nhi" role: IDENTIFIER type: STRING required: true }
    columns {
      name: "sex"
      role: DIMENSION
      type: STRING
      missing_values: "-"
      codes { value: "F" label: "Female" also: "w" }
      codes { value: "M" label: "Male" }
    }
    columns { name: "age" role: DIMENSION type: INTEGER breaks: 0 breaks: 15 breaks: 65 }
    columns {
      name: "day"
      role: DIMENSION
      type: DATE
      period_unit: DAY
      period_from: 100
      period_to: 200
    }
    columns {
      name: "cost"
      role: MEASURE
      type: NUMBER
      decimals: 2
      unit: "NZD"
      has_clip: true
      clip_high: 1000
      has_minimum: true
      minimum: 0
      has_maximum: true
      maximum: 5000
    }
  )pb";
  if (!google::protobuf::TextFormat::ParseFromString(kText, &standard)) std::abort();
  return standard;
}

struct Case {
  const char* name;
  std::set<uint32_t> columns;  // that the question uses
  const char* refused;         // "" if the rows can answer
  std::function<void(v1::Standard&)> change;
};

v1::Column& Column(v1::Standard& s, uint32_t index) {
  return *s.mutable_columns(static_cast<int>(index));
}

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }
class HeldUnder : public ::testing::TestWithParam<Case> {};

TEST_P(HeldUnder, AnswersWhatMeansTheSame) {
  const v1::Standard held = Visits();
  v1::Standard asked = held;
  GetParam().change(asked);
  const absl::Status status = CheckHeldUnder(held, asked, GetParam().columns);
  const std::string why = GetParam().refused;
  EXPECT_EQ(status.ok(), why.empty()) << status;
  if (why.empty()) return;
  EXPECT_EQ(ReasonOf(status), v1::WRONG_STANDARD);
  EXPECT_EQ(RefusalOf(status).message(), "visits is held under an earlier definition, " + why +
                                             "; its owner has to import again");
}

constexpr char kSexIsAnother[] = "in which 'sex' is not as it is now";
constexpr char kAgeIsAnother[] = "in which 'age' is not as it is now";
constexpr char kDayIsAnother[] = "in which 'day' is not as it is now";
constexpr char kCostIsAnother[] = "in which 'cost' is not as it is now";
constexpr char kOtherPeople[] = "which counts people in another way";

void Several(v1::Standard& s, uint32_t responses) {
  Column(s, kSex).set_max_responses(responses);
  Column(s, kSex).set_separator(";");
}

const Case kCases[] = {
    {"WeeksFromAnotherDay", {kDay}, "", [](auto& s) { Column(s, kDay).set_week_starts(7); }},
    {"MomentsOfAZone", {kDay}, kDayIsAnother, [](auto& s) { Column(s, kDay).set_zone("UTC"); }},
    {"MadeFromAnother",
     {kSex},
     kSexIsAnother,
     [](auto& s) { Column(s, kSex).set_priority_of("sexes"); }},
    {"SeveralResponsesNow", {kSex}, kSexIsAnother, [](auto& s) { Several(s, 2); }},
    {"Nothing", {kSex, kAge, kDay, kCost}, "", [](auto&) {}},
    {"CodesAtTheEnd", {kSex}, "", [](auto& s) { Column(s, kSex).add_codes()->set_value("X"); }},
    {"CodesInFront",
     {kSex},
     kSexIsAnother,
     [](auto& s) {
       Column(s, kSex).mutable_codes(0)->set_value("X");
       *Column(s, kSex).add_codes() = Visits().columns(kSex).codes(0);
     }},
    {"AnotherLabel",
     {kSex},
     kSexIsAnother,
     [](auto& s) { Column(s, kSex).mutable_codes(0)->set_label("Wahine"); }},
    {"AnotherTextForACode",
     {kSex},
     "",
     [](auto& s) { Column(s, kSex).mutable_codes(0)->add_also("f"); }},
    {"AnotherTextForNoValue",
     {kSex, kCost},
     "",
     [](auto& s) {
       Column(s, kSex).add_missing_values("n/a");
       Column(s, kCost).add_missing_values("n/a");
     }},
    {"ANumberThatIsNoValueNow",
     {kCost},
     kCostIsAnother,
     [](auto& s) { Column(s, kCost).add_missing_values("999"); }},
    {"ADateThatIsNoValueNow",
     {kDay},
     kDayIsAnother,
     [](auto& s) { Column(s, kDay).add_missing_values("1970-05-01"); }},
    {"AMomentThatIsNoValueNow",
     {kDay},
     kDayIsAnother,
     [](auto& s) { Column(s, kDay).add_missing_values("1970-05-01T00:00:00Z"); }},
    {"ACodeThatIsNoValueNow",
     {kSex},
     kSexIsAnother,
     [](auto& s) {
       Column(s, kSex).mutable_codes()->RemoveLast();
       Column(s, kSex).add_codes()->set_value("X");
       Column(s, kSex).add_missing_values("M");
     }},
    {"NoValueThatIsACodeNow",
     {kSex},
     kSexIsAnother,
     [](auto& s) {
       Column(s, kSex).clear_missing_values();
       Column(s, kSex).add_codes()->set_value("-");
     }},
    {"ATextOfAnotherCodeNow",
     {kSex},
     kSexIsAnother,
     [](auto& s) {
       Column(s, kSex).mutable_codes(0)->clear_also();
       Column(s, kSex).mutable_codes(1)->add_also("w");
     }},
    {"CodesTakenAway",
     {kSex},
     kSexIsAnother,
     [](auto& s) { Column(s, kSex).mutable_codes()->RemoveLast(); }},
    {"CodesInPlaceOfText",
     {kAge},
     kAgeIsAnother,
     [](auto& s) { Column(s, kAge).add_codes()->set_value("1"); }},
    {"OneOrganisationsCode",
     {kSex},
     kSexIsAnother,
     [](auto& s) { Column(s, kSex).mutable_codes(0)->set_exclusive_org(std::string(32, 'x')); }},
    {"WhatIsNotUsedMayBeAny", {kCost}, "", [](auto& s) { Column(s, kSex).clear_codes(); }},
    {"ANewColumnUsed",
     {5},
     "which lacks 'ward'",
     [](auto& s) {
       s.add_columns()->set_name("ward");
       s.mutable_columns(5)->set_role(v1::DIMENSION);
     }},
    {"ANewColumnBeside",
     {kSex, kCost},
     "",
     [](auto& s) {
       s.add_columns()->set_name("ward");
       s.mutable_columns(5)->set_role(v1::DIMENSION);
     }},
    {"ColumnsInAnotherOrder",
     {0},
     "",
     [](auto& s) { s.mutable_columns()->SwapElements(kNhi, kSex); }},
    {"AnotherType",
     {kCost},
     kCostIsAnother,
     [](auto& s) { Column(s, kCost).set_type(v1::INTEGER); }},
    {"MoreDecimals", {kCost}, kCostIsAnother, [](auto& s) { Column(s, kCost).set_decimals(3); }},
    {"AnotherUnit", {kCost}, kCostIsAnother, [](auto& s) { Column(s, kCost).set_unit("AUD"); }},
    {"AnotherClip", {kCost}, "", [](auto& s) { Column(s, kCost).set_clip_high(2000); }},
    {"WiderLimits", {kCost}, "", [](auto& s) { Column(s, kCost).set_maximum(9000); }},
    {"NoLimits",
     {kCost},
     "",
     [](auto& s) {
       Column(s, kCost).set_has_maximum(false);
       Column(s, kCost).set_has_minimum(false);
     }},
    {"ALowerMost", {kCost}, kCostIsAnother, [](auto& s) { Column(s, kCost).set_maximum(4000); }},
    {"AHigherLeast", {kCost}, kCostIsAnother, [](auto& s) { Column(s, kCost).set_minimum(1); }},
    {"FinerBands",
     {kAge},
     "",
     [](auto& s) {
       Column(s, kAge).clear_breaks();
       for (const int edge : {-5, 0, 5, 15, 65, 100}) Column(s, kAge).add_breaks(edge);
     }},
    {"BandsThatEndSooner",
     {kAge},
     kAgeIsAnother,
     [](auto& s) { Column(s, kAge).set_breaks(2, 60); }},
    {"BandsThatBeginLater",
     {kAge},
     kAgeIsAnother,
     [](auto& s) { Column(s, kAge).set_breaks(0, 1); }},
    {"ALongerTime",
     {kDay},
     "",
     [](auto& s) {
       Column(s, kDay).set_period_from(50);
       Column(s, kDay).set_period_to(300);
     }},
    {"ALaterBeginning",
     {kDay},
     kDayIsAnother,
     [](auto& s) { Column(s, kDay).set_period_from(101); }},
    {"AnEarlierEnd", {kDay}, kDayIsAnother, [](auto& s) { Column(s, kDay).set_period_to(199); }},
    {"AnotherPeriod",
     {kDay},
     kDayIsAnother,
     [](auto& s) { Column(s, kDay).set_period_unit(v1::MONTH); }},
    {"RequiredNow", {kSex}, kSexIsAnother, [](auto& s) { Column(s, kSex).set_required(true); }},
    {"ANumberToGroupBy", {kCost}, "", [](auto& s) { Column(s, kCost).set_role(v1::DIMENSION); }},
    {"PeopleToldApartOtherwise", {}, kOtherPeople, [](auto& s) { s.clear_entity(); }},
    {"AnotherKindOfPerson", {}, kOtherPeople, [](auto& s) { s.set_unit("whanau"); }},
    {"MoreRowsOfAPerson",
     {kSex},
     "",
     [](auto& s) {
       s.set_max_rows_per_person(9);
       s.set_max_owners_per_person(3);
     }},
};

TEST(HeldUnder, WhatWasRoundedAnswersWhereItWouldBe) {
  v1::Standard exact = Visits(), rounded = Visits();
  Column(rounded, kCost).set_round(true);
  EXPECT_TRUE(CheckHeldUnder(exact, rounded, {kCost}).ok());
  EXPECT_FALSE(CheckHeldUnder(rounded, exact, {kCost}).ok());
}

TEST(HeldUnder, RowsWithMoreResponsesThanAQuestionPaysForDoNotAnswerIt) {
  v1::Standard two = Visits(), three = Visits();
  Several(two, 2);
  Several(three, 3);
  EXPECT_TRUE(CheckHeldUnder(two, three, {kSex}).ok());
  EXPECT_FALSE(CheckHeldUnder(three, two, {kSex}).ok());
  EXPECT_FALSE(CheckHeldUnder(two, Visits(), {kSex}).ok());
}

INSTANTIATE_TEST_SUITE_P(Each, HeldUnder, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

// Districts in regions, as "value label" of the region of each.
v1::Standard InRegions(const std::vector<std::string>& regions) {
  v1::Standard standard = Visits();
  v1::Column& sex = Column(standard, kSex);
  sex.clear_codes();
  v1::Grouping& grouping = *sex.add_groupings();
  grouping.set_name("region");
  for (size_t i = 0; i < regions.size(); ++i) {
    sex.add_codes()->set_value(absl::StrCat("d", i));
    uint32_t at = 0;
    for (; at < static_cast<uint32_t>(grouping.groups_size()); ++at) {
      if (grouping.groups(static_cast<int>(at)).value() == regions[i]) break;
    }
    if (at == static_cast<uint32_t>(grouping.groups_size())) {
      grouping.add_groups()->set_value(regions[i]);
    }
    grouping.add_group_of(at);
  }
  return standard;
}

// A grouping says how codes are taken together; whoever imported under it was told so.
TEST(HeldUnderGroups, AGroupingThatIsUsedMeansWhatItMeant) {
  const v1::Standard held = InRegions({"n", "s", "n"});
  const auto told = [&](const v1::Standard& asked) {
    return std::string(CheckHeldUnder(held, asked, {kSex}, {{kSex, 0}}).message());
  };
  EXPECT_EQ(told(held), "");
  EXPECT_EQ(told(InRegions({"n", "s", "n", "s", "e"})), "") << "codes that came since";
  const v1::Standard moved = InRegions({"n", "s", "s"});
  EXPECT_THAT(told(moved), ::testing::HasSubstr("in which the groups of 'region' are others"));
  EXPECT_TRUE(CheckHeldUnder(held, moved, {kSex}).ok()) << "a question that does not group by it";
  v1::Standard relabelled = held;
  Column(relabelled, kSex).mutable_groupings(0)->mutable_groups(0)->set_label("North");
  EXPECT_NE(told(relabelled), "");
  v1::Standard renamed = moved;
  Column(renamed, kSex).mutable_groupings(0)->set_name("area");
  EXPECT_EQ(told(renamed), "") << "a grouping that was added";
  v1::Standard reordered = held;
  v1::Grouping& grouping = *Column(reordered, kSex).mutable_groupings(0);
  grouping.mutable_groups()->SwapElements(0, 1);
  for (uint32_t& group : *grouping.mutable_group_of()) group = 1 - group;
  EXPECT_EQ(told(reordered), "");
}

// A list that has grown long leaves out labels that are the codes.
TEST(HeldUnderGroups, ALabelThatIsLeftOutIsTheCode) {
  v1::Standard held = InRegions({"n", "s"}), asked = held;
  for (v1::Code& code : *Column(held, kSex).mutable_codes()) code.set_label(code.value());
  EXPECT_TRUE(CheckHeldUnder(held, asked, {kSex}).ok());
}

}  // namespace
}  // namespace commons::governance
