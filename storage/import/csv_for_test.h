// For tests of this room: CSV files into a store, and random tables as CSV.
#ifndef COMMONS_STORAGE_IMPORT_CSV_FOR_TEST_H_
#define COMMONS_STORAGE_IMPORT_CSV_FOR_TEST_H_

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "records/csv/csv.h"
#include "storage/import/importer.h"
#include "storage/table/random_table_for_test.h"
#include "storage/table/store_for_test.h"

namespace commons::storage {

using records::AppendCsvField;
using records::ImportReport;
using records::ImportTally;
using records::Rejection;
using records::UnknownText;

class CsvFixture : public StoreFixture {
 protected:
  absl::StatusOr<ImportReport> Import(absl::string_view name, const TableLayout& layout,
                                      const std::string& csv, ImportOptions options = {}) {
    options.csv_path = root_ / "in.csv";
    std::ofstream(options.csv_path, std::ios::binary) << csv;
    return ImportCsv(*store_, name, layout, options);
  }
};

inline std::string IsoDay(int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return absl::StrFormat("%04d-%02d-%02d", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

inline std::string TwoDecimals(int64_t scaled) {
  const int64_t absolute = std::abs(scaled);
  std::string text = absl::StrCat(scaled < 0 ? "-" : "", absolute / 100, ".");
  return absl::StrCat(text, absolute / 10 % 10, absolute % 10);
}

// Rows of RandomLayout(), with everything that makes a CSV file hard to read.
inline std::string CsvOf(const std::vector<Row>& rows) {
  std::string csv = "\xef\xbb\xbfwho,note,big,Flag Ā,colour,day,amount,secret\r\n";
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    absl::StrAppend(&csv, "p", row.person, ",\"free, text\",", *row.values[3], ",",
                    *row.values[1] ? "true" : "false", ",");
    if (row.values[0]) AppendCsvField(kColours[*row.values[0]], &csv);
    csv += ",";
    if (row.values[4]) csv += IsoDay(*row.values[4]);
    csv += ",";
    csv += row.values[2] ? TwoDecimals(*row.values[2]) : "NA";
    absl::StrAppend(&csv, ",s", i, i % 2 ? "\n" : "\r\n");
  }
  return csv;
}

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_IMPORT_CSV_FOR_TEST_H_
