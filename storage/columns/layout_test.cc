#include "storage/columns/layout.h"

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::storage {
namespace {

TableLayout Example() {
  return {.columns = {{.name = "sex",
                       .kind = ColumnKind::kCode,
                       .required = true,
                       .codes = {{"F", 0}, {"Female", 0}, {"M", 1}},
                       .code_count = 2},
                      {.name = "age",
                       .kind = ColumnKind::kInteger,
                       .decimals = 1,
                       .min_value = 0,
                       .max_value = 1'200},
                      {.name = "when",
                       .kind = ColumnKind::kDate,
                       .unit = PeriodUnit::kQuarter,
                       .max_value = 20'000,
                       .missing = {"", "NA"}},
                      {.name = "name", .kind = ColumnKind::kHidden},
                      {.name = "eth",
                       .kind = ColumnKind::kBits,
                       .codes = {{"a", 0}, {"b", 1}, {"c", 2}},
                       .code_count = 3,
                       .responses = 2,
                       .separator = ";"}},
          .entity_header = "id",
          .skip_headers = {"note"}};
}

TEST(LayoutTest, IsReadBackAsItWasWritten) {
  ASSERT_TRUE(ValidateLayout(Example()).ok());
  const std::string bytes = SerializeLayout(Example());
  const auto read = ParseLayout(bytes);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, Example());
}

TEST(LayoutTest, NothingElseIsRead) {
  const std::string bytes = SerializeLayout(Example());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(ParseLayout(bytes.substr(0, size)).status().code(), absl::StatusCode::kDataLoss);
  }
  EXPECT_FALSE(ParseLayout(bytes + '\0').ok());
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x80);
    const auto read = ParseLayout(changed);
    if (read.ok()) {
      EXPECT_EQ(SerializeLayout(*read), changed);
    }
  }
}

TEST(LayoutTest, InvalidOnesAreRefused) {
  const auto refused = [](auto change) {
    TableLayout layout = Example();
    change(layout);
    return !ValidateLayout(layout).ok() && !ParseLayout(SerializeLayout(layout)).ok();
  };
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns.clear(); }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[1].name = "sex"; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[1].name = ""; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.entity_header = "sex"; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.skip_headers = {"sex"}; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[0].codes[1].first = "F"; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[0].codes[1].first = ""; })) << "also missing";
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[0].codes[1].second = 2; }));
  EXPECT_TRUE(
      refused([](TableLayout& l) { l.columns[0].code_count = limits::kCodesPerLongList + 1; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[4].responses = 0; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[4].responses = 4; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[4].separator = ""; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[4].separator = "123456789"; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[4].code_count = 54; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[1].max_value = -1; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[1].max_value = int64_t{1} << 54; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[1].decimals = 7; }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[2].unit = static_cast<PeriodUnit>(12); }));
  EXPECT_TRUE(refused([](TableLayout& l) { l.columns[2].kind = static_cast<ColumnKind>(9); }));
}

}  // namespace
}  // namespace commons::storage
