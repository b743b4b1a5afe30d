// From a record of a CSV file to a row of the layout, with everything that is wrong with it.
#ifndef COMMONS_RECORDS_ROWS_ROW_PARSER_H_
#define COMMONS_RECORDS_ROWS_ROW_PARSER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "records/csv/csv.h"
#include "records/csv/csv_header.h"
#include "records/layout.h"
#include "records/reading_options.h"
#include "records/rows/field_form.h"
#include "records/rows/field_parser.h"
#include "records/said/reject.h"

namespace commons::records {

struct Fault {
  Reject reason = Reject::kNone;
  const CsvField* field = nullptr;  // null: the whole row
  absl::string_view text;           // of the field
};

// Views and values live until the next row.
struct ImportRow {
  std::vector<ColumnValue> values;       // of the layout's columns
  std::vector<absl::string_view> texts;  // as they came
  std::string person;                    // spaces around it are gone, in NFC
  std::vector<Fault> faults;             // in the order of the file; any rejects the row
  bool blank = false;                    // no declared column has a text: nothing else is set
};

// Not thread-safe.
class RowParser {
 public:
  // `layout` and `header` must outlive it. forms: as the owner writes the fields. zones: those of
  // the options.
  RowParser(const TableLayout& layout, const CsvHeader& header, const ReadingOptions& options,
            FieldForms forms, const DayZones& zones);

  // kInvalidArgument, naming row and column: bytes of a declared column that are not UTF-8. Then
  // the file has another encoding than it is read in, and what its other rows say cannot be trusted
  // either. Columns that are not stored may hold whatever they like.
  absl::Status Parse(const CsvRecord& record, ImportRow* row);

 private:
  bool IsBlank(const CsvRecord& record) const;
  absl::Status CheckEncoding(const CsvRecord& record) const;
  void ParseField(const CsvRecord& record, size_t at, ImportRow* row);
  void Prioritise(ImportRow* row) const;
  void KeepForms();
  Reject ParseValue(size_t column, absl::string_view text, ColumnValue* value);

  const TableLayout& layout_;
  const CsvHeader& header_;
  std::vector<FieldParser> parsers_;
  FieldForms forms_;
  const std::string encoding_;
  std::vector<std::vector<bool>> closed_;  // by column and code; mostly empty
  struct Prioritised {
    size_t column = 0, source = 0;
    std::vector<uint32_t> of_source;  // its codes in the source, in the order in which they count
  };
  std::vector<Prioritised> prioritised_;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_ROWS_ROW_PARSER_H_
