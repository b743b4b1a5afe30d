// A steward's dialect, and files read with it: the first line is the dialect, the rest the file,
// whose first byte is the size of the pieces that it comes in. Whatever is read has a view for
// every field that lies in UTF-8 or is marked as not.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "governance/standard/dialect.h"
#include "governance/standard/dialect_check.h"
#include "records/csv/csv_header.h"
#include "records/csv/owners_file.h"
#include "records/csv/string_source_for_test.h"
#include "records/rows/field_form.h"
#include "records/rows/field_parser.h"

namespace commons::records {
namespace {

TableLayout Layout() {
  return {.columns = {{.name = "c",
                       .kind = ColumnKind::kCode,
                       .codes = {{"a", 0}, {"true", 1}},
                       .code_count = 2},
                      {.name = "n", .kind = ColumnKind::kInteger, .decimals = 2, .max_value = 99},
                      {.name = "d", .kind = ColumnKind::kDate, .max_value = 20'000}}};
}

void ReadFields(const CsvRecord& record, const CsvHeader& header, FieldForms& forms,
                std::vector<FieldParser>& parsers) {
  for (size_t i = 0; i < std::min(record.fields.size(), header.fields.size()); ++i) {
    const int column = header.fields[i].column;
    const bool flawed = !record.flaws.empty() && record.flaws[i] != CsvFlaw::kNone;
    if (!flawed && !IsValidUtf8(record.fields[i])) std::abort();
    if (column == CsvField::kNotStored || flawed) continue;
    FieldForm* const form = forms.columns[column].get();
    absl::string_view text = record.fields[i];
    ColumnValue value;
    if (form == nullptr || form->Read(&text) == Reject::kNone) {
      parsers[column].Parse(text, &value);
    }
  }
}

void ReadFile(const std::string& csv, size_t piece, const v1::Dialect& dialect) {
  static const TableLayout* const layout = new TableLayout(Layout());
  CsvReader reader(DecodedSource(StringSource(csv, piece), dialect), MarksOf(dialect));
  CsvRecord record;
  const auto found = ReadHeaderRecord(reader, dialect, &record);
  if (!found.ok() || !*found) return;
  const auto header = ReadCsvHeader(record, *layout, {});
  if (!header.ok()) return;
  auto forms = FormsOf(dialect, *layout, *header);
  if (!forms.ok()) return;
  std::vector<FieldParser> parsers(layout->columns.begin(), layout->columns.end());
  for (auto more = reader.Next(&record); more.ok() && *more; more = reader.Next(&record)) {
    ReadFields(record, *header, *forms, parsers);
  }
}

}  // namespace
}  // namespace commons::records

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t end = all.find('\n');
  const auto dialect = commons::governance::ParseDialect(all.substr(0, end), "d");
  if (!dialect.ok()) return 0;
  if (!commons::governance::CheckDialect(*dialect).ok()) std::abort();
  if (end == absl::string_view::npos || end + 1 >= all.size()) return 0;
  const auto piece = static_cast<uint8_t>(all[end + 1]);
  commons::records::ReadFile(std::string(all.substr(end + 2)), piece == 0 ? SIZE_MAX : piece,
                             *dialect);
  return 0;
}
