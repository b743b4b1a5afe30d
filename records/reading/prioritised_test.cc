#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "records/csv/string_source_for_test.h"
#include "records/reading/file_reading.h"
#include "records/rows/row_parser.h"

namespace commons::records {
namespace {

// Keeps the values of one column.
class Kept : public RowTaker {
 public:
  explicit Kept(size_t column) : column_(column) {}
  absl::Status Header(const CsvHeader&, const CsvRecord&) override { return absl::OkStatus(); }
  absl::Status Accepted(const ImportRow& row) override {
    values_.push_back(row.values[column_].null ? -1 : row.values[column_].number);
    return absl::OkStatus();
  }
  absl::Status Rejected(const CsvRecord&, const ImportRow&) override { return absl::OkStatus(); }
  const std::vector<int64_t>& values() const { return values_; }

 private:
  const size_t column_;
  std::vector<int64_t> values_;
};

// Against the first text of the order that the field holds.
TEST(RowParser, APrioritisedColumnHoldsTheFirstOfTheRowsCodes) {
  const std::vector<std::string> order = {"c", "a", "d", "b"};
  const TableLayout layout{
      .columns = {
          {.name = "first", .codes = {{"c", 0}, {"a", 1}, {"d", 2}, {"b", 3}}, .code_count = 4},
          {.name = "all",
           .kind = ColumnKind::kBits,
           .codes = {{"a", 0}, {"b", 1}, {"c", 2}, {"d", 3}},
           .code_count = 4,
           .responses = 4,
           .separator = ";"}}};
  ReadingOptions options;
  options.prioritised["first"] = "all";
  std::mt19937 random(31);
  std::string csv = "all\n\n";  // a blank row is nobody
  std::vector<int64_t> want;
  for (int i = 0; i < 500; ++i) {
    std::vector<std::string> texts;
    for (const char* text : {"d", "b", "c", "a"}) {
      if (random() % 3 == 0) texts.push_back(text);
    }
    const bool rejected = i % 50 == 7;
    if (texts.empty()) texts = {" ;"};
    absl::StrAppend(&csv, absl::StrJoin(texts, ";"), rejected ? ";x" : "", "\n");
    if (rejected || texts[0] == " ;") continue;
    const auto first = std::find_if(order.begin(), order.end(), [&](const std::string& text) {
      return std::find(texts.begin(), texts.end(), text) != texts.end();
    });
    want.push_back(first - order.begin());
  }
  FileReading reading(layout, options);
  CsvReader reader(StringSource(csv), {});
  Kept kept(0);
  ASSERT_TRUE(reading.Read(reader, kept).ok());
  EXPECT_EQ(kept.values(), want);
}

TEST(RowParser, WithoutResponsesAPrioritisedColumnIsMissing) {
  const TableLayout layout{
      .columns = {{.name = "all",
                   .kind = ColumnKind::kBits,
                   .codes = {{"a", 0}, {"b", 1}},
                   .code_count = 2,
                   .responses = 2,
                   .separator = ";"},
                  {.name = "first", .codes = {{"b", 0}, {"a", 1}}, .code_count = 2},
                  {.name = "sex", .codes = {{"f", 0}}, .code_count = 1}}};
  ReadingOptions options;
  options.prioritised["first"] = "all";
  FileReading reading(layout, options);
  CsvReader reader(StringSource("all,sex\n,f\na;b,f\n,f\n"), {});
  Kept kept(1);
  ASSERT_TRUE(reading.Read(reader, kept).ok());
  EXPECT_EQ(kept.values(), (std::vector<int64_t>{-1, 0, -1}));
}

}  // namespace
}  // namespace commons::records
