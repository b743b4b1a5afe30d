#include "records/reading/file_check.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/period.h"
#include "base/status.h"
#include "crypto/random.h"
#include "governance/standard/scalar.h"
#include "records/csv/content_hash.h"
#include "records/csv/owners_file.h"
#include "records/rows/person_index.h"
#include "records/standard_layout.h"

namespace commons::records {
namespace {

constexpr absl::string_view kRankKey = "commons/check/1.";  // any order of a person's rows will do

// In which cell of a table by this column the value lies.
int64_t CellOf(const v1::Column& column, const ColumnValue& value) {
  if (value.null) return -1;
  if (column.breaks_size() > 0) {
    return std::upper_bound(column.breaks().begin(), column.breaks().end(), value.number) -
           column.breaks().begin();
  }
  if (column.type() != v1::DATE) return value.number;
  return PeriodStart(value.number, governance::UnitOf(column));
}

class Counter : public RowTaker {
 public:
  Counter(const TableLayout& layout, const std::vector<const v1::Column*>& cells)
      : persons_(kRankKey, crypto::SystemRandom()), in_cells_(kRankKey, crypto::SystemRandom()) {
    counts_ = layout.entity_header.has_value();
    for (const v1::Column* column : cells) {
      for (size_t i = 0; i < layout.columns.size(); ++i) {
        if (layout.columns[i].name == column->name()) cells_.emplace_back(i, column);
      }
    }
  }

  absl::Status Header(const CsvHeader&, const CsvRecord&) override { return absl::OkStatus(); }
  absl::Status Rejected(const CsvRecord&, const ImportRow&) override { return absl::OkStatus(); }
  absl::Status Accepted(const ImportRow& row) override {
    if (!counts_) return absl::OkStatus();
    RETURN_IF_ERROR(persons_.AddRow(row.person, "").status());
    std::string cell = row.person;
    for (const auto& [at, column] : cells_) {
      absl::StrAppend(&cell, absl::string_view("\0", 1), CellOf(*column, row.values[at]));
    }
    return in_cells_.AddRow(cell, "").status();
  }

  // Ends the counting.
  void Fill(uint32_t rows_per_person, FileCheck* check) {
    if (!counts_) return;
    check->report.persons = persons_.persons();
    check->report.persons_alike = persons_.alike();
    for (const uint8_t rank : persons_.TakeRanks()) {
      ++check->by_person[rank];
      check->report.rows_over += rows_per_person > 0 && rank >= rows_per_person;
    }
    for (const uint8_t rank : in_cells_.TakeRanks()) ++check->by_cell[rank];
  }

 private:
  PersonIndex persons_, in_cells_;
  bool counts_ = false;
  std::vector<std::pair<size_t, const v1::Column*>> cells_;
};

}  // namespace

FileCheck CheckFile(ByteSource source, const v1::Standard& standard, const ReadingOptions& options,
                    const std::vector<const v1::Column*>& cells,
                    const std::set<std::string>& not_held) {
  const TableLayout layout = LayoutOf(standard, not_held);
  uint64_t content = kHashOfNothing;
  CsvReader csv(DecodedSource(Hashed(std::move(source), &content), options.dialect),
                MarksOf(options.dialect));
  FileReading reading(layout, options);
  Counter counter(layout, cells);
  FileCheck check;
  check.status = reading.Read(csv, counter);
  if (reading.accepted() + reading.rejected() > 0) check.content = content;
  if (check.status.ok()) check.status = reading.CheckLoss({});
  check.unknown = reading.UnknownTexts();
  if (!check.status.ok()) return check;
  check.report.rows = reading.accepted();
  check.report.not_taken = reading.rejected();
  counter.Fill(options.rows_per_person, &check);
  reading.Fill({}, &check.report);
  return check;
}

}  // namespace commons::records
