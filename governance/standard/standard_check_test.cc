#include "governance/standard/standard_check.h"

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "governance/standard/datapackage.h"
#include "governance/standard/datapackage_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using ::testing::StartsWith;

TEST(Standard, EveryBrokenInvariantFromAPeerIsRefused) {
  const auto parsed = ParseDatapackage(Package(absl::StrCat(kSex, R"(,
      {"name": "n", "type": "number", "commons:role": "measure", "commons:decimals": 2,
       "commons:clip": [0, 1]},
      {"name": "b", "type": "integer", "commons:role": "dimension", "commons:breaks": [1, 2, 3]},
      {"name": "t", "type": "date", "commons:role": "dimension",
       "commons:period": {"unit": "month", "from": "2024-01", "to": "2024-12"}},
      {"name": "f", "type": "boolean", "commons:role": "dimension"},
      {"name": "i", "type": "integer", "commons:role": "dimension", "constraints": {"enum": [1]}},
      {"name": "h", "commons:role": "hidden"},
      {"name": "g", "commons:role": "dimension", "constraints": {"enum": ["x", "y"]},
       "commons:groups": {"of g": {"groups": [{"value": "a", "codes": ["x"]}],
                                   "rest": {"value": "b"}}}})")));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_TRUE(ValidateStandard(parsed->standard).ok());
  using Change = std::function<void(v1::Standard*)>;
  const std::vector<Change> changes = {
      [](auto* s) { s->set_dataset("D"); },
      [](auto* s) { s->set_entity("none"); },
      [](auto* s) { s->set_max_rows_per_person(0); },
      [](auto* s) { s->set_max_rows_per_person(2); },
      [](auto* s) { s->set_max_owners_per_person(257); },
      [](auto* s) { s->set_max_rows_per_person_and_cell(s->max_rows_per_person() + 1); },
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
      [](auto* s) { s->mutable_columns(0)->set_separator(";"); },
      [](auto* s) { s->mutable_columns(0)->set_max_responses(2); },
      [](auto* s) { s->mutable_columns(1)->set_max_responses(2); },
      [](auto* s) { s->mutable_columns(0)->set_round(true); },
      [](auto* s) { s->mutable_columns(2)->set_round(true); },
      [](auto* s) {
        s->mutable_columns(4)->set_max_responses(2);
        s->mutable_columns(4)->set_separator(";");
      },
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
      [](auto* s) { s->mutable_columns(3)->set_week_starts(1); },
      [](auto* s) { s->mutable_columns(3)->set_period_unit(v1::WEEK); },
      [](auto* s) {
        s->mutable_columns(3)->set_period_unit(v1::DAY);
        s->mutable_columns(3)->set_week_starts(8);
      },
      [](auto* s) { s->mutable_columns(0)->set_week_starts(1); },
      [](auto* s) { s->mutable_columns(4)->mutable_codes(0)->set_label("no"); },
      [](auto* s) { s->mutable_columns(4)->mutable_codes()->RemoveLast(); },
      [](auto* s) { s->mutable_columns(5)->mutable_codes(0)->set_value("01"); },
      [](auto* s) { *s->mutable_columns(6)->add_codes() = s->columns(0).codes(0); },
      [](auto* s) {
        for (int i = 0; i < 120; ++i) {
          s->mutable_columns(0)->add_description()->set_text(std::string(8192, 'x'));
        }
      },
      [](auto* s) { s->mutable_columns(7)->mutable_groupings(0)->set_name("sex"); },
      [](auto* s) { s->mutable_columns(7)->mutable_groupings(0)->set_name(""); },
      [](auto* s) { *s->mutable_columns(7)->add_groupings() = s->columns(7).groupings(0); },
      [](auto* s) { s->mutable_columns(7)->mutable_groupings(0)->clear_groups(); },
      [](auto* s) { s->mutable_columns(7)->mutable_groupings(0)->add_groups()->set_value("c"); },
      [](auto* s) { s->mutable_columns(7)->mutable_groupings(0)->add_group_of(0); },
      [](auto* s) {  // both groups have a code, and a third code is in neither
        v1::Code& code = *s->mutable_columns(7)->add_codes();
        code.set_value("z");
        code.set_label("z");
        s->mutable_columns(7)->mutable_groupings(0)->add_group_of(2);
      },
      [](auto* s) { s->mutable_columns(7)->mutable_groupings(0)->set_group_of(0, 1); },
      [](auto* s) { s->mutable_columns(7)->add_codes()->set_value("z"); },
      [](auto* s) {
        s->mutable_columns(7)->mutable_groupings(0)->mutable_groups(0)->set_value("b");
      },
      [](auto* s) {
        s->mutable_columns(7)->mutable_groupings(0)->mutable_groups(0)->set_label("b");
      },
      [](auto* s) {
        s->mutable_columns(7)->mutable_groupings(0)->mutable_groups(0)->add_also("c");
      },
      [](auto* s) {
        s->mutable_columns(7)->mutable_groupings(0)->mutable_groups(0)->set_exclusive_org("c");
      },
      [](auto* s) { s->mutable_columns(7)->mutable_groupings(0)->add_title()->set_text("t"); },
      [](auto* s) { *s->mutable_columns(1)->add_groupings() = s->columns(7).groupings(0); },
      [](auto* s) {
        for (int i = 0; i < 16; ++i) {
          v1::Grouping more = s->columns(7).groupings(0);
          more.set_name(absl::StrCat("more ", i));
          *s->mutable_columns(7)->add_groupings() = more;
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

// What is made from another column is all but its order that column's.
TEST(Standard, APriorityOfOtherCodesIsRefused) {
  const auto parsed = ParseDatapackage(Package(
      R"({"name": "eth", "commons:role": "dimension", "commons:separator": ";",
          "constraints": {"enum": ["a", "b"]}, "commons:priority": ["b", "a"]})"));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_TRUE(ValidateStandard(parsed->standard).ok());
  using Change = std::function<void(v1::Column&)>;
  const std::vector<Change> changes = {
      [](auto& c) { c.set_priority_of("nothing"); },
      [](auto& c) { c.set_priority_of(c.name()); },
      [](auto& c) { c.set_required(true); },
      [](auto& c) { c.mutable_codes(0)->set_value("c"); },
      [](auto& c) { c.mutable_codes(0)->set_label("c"); },
      [](auto& c) { c.mutable_codes(0)->set_exclusive_org(std::string(32, 'a')); },
      [](auto& c) { c.mutable_codes()->RemoveLast(); },
      [](auto& c) { c.add_missing_values("-"); },
      [](auto& c) { c.set_role(v1::HIDDEN), c.clear_codes(); },
      [](auto& c) { c.set_max_responses(2), c.set_separator(";"); },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    v1::Standard standard = parsed->standard;
    changes[i](*standard.mutable_columns(1));
    EXPECT_FALSE(ValidateStandard(standard).ok()) << i;
  }
  v1::Standard alone = parsed->standard;
  alone.mutable_columns(0)->clear_max_responses();
  alone.mutable_columns(0)->clear_separator();
  EXPECT_FALSE(ValidateStandard(alone).ok());
}

}  // namespace
}  // namespace commons::governance
