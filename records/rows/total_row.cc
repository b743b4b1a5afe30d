#include "records/rows/total_row.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace commons::records {
namespace {

constexpr absl::string_view kWords[] = {"total", "totals", "grand total", "sum", "tapeke"};
constexpr size_t kLongest = 16;

bool MayBegin(char c) {
  const char low = absl::ascii_tolower(static_cast<unsigned char>(c));
  return low == 't' || low == 'g' || low == 's' || low == ' ';
}

bool MayEnd(char c) {
  const char low = absl::ascii_tolower(static_cast<unsigned char>(c));
  return low == 'l' || low == 's' || low == 'm' || low == 'e' || low == ':' || low == ' ';
}

// A value of the column that is taken.
bool MayReadTotal(const ColumnLayout& column) {
  return column.kind == ColumnKind::kHidden || absl::c_any_of(column.missing, ReadsTotal) ||
         absl::c_any_of(column.codes, [](const auto& code) { return ReadsTotal(code.first); });
}

}  // namespace

// The first and the last letter tell nearly all of them.
bool ReadsTotal(absl::string_view field) {
  if (field.empty() || field.size() > kLongest) return false;
  if (!MayBegin(field.front()) || !MayEnd(field.back())) return false;
  field = absl::StripAsciiWhitespace(field);
  absl::ConsumeSuffix(&field, ":");
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](absl::string_view word) { return absl::EqualsIgnoreCase(field, word); });
}

TotalRow::TotalRow(const CsvHeader& header, const TableLayout& layout) {
  for (size_t i = 0; i < header.fields.size(); ++i) {
    const int column = header.fields[i].column;
    if (column == CsvField::kNotStored || MayReadTotal(layout.columns[column])) {
      fields_.push_back(i);
    }
  }
}

void TotalRow::Observe(const CsvRecord& record, bool taken) {
  row_ = record.row;
  total_ = taken && std::any_of(fields_.begin(), fields_.end(),
                                [&](size_t field) { return ReadsTotal(record.fields[field]); });
}

std::string TotalRow::Warning() const {
  if (!total_) return "";
  return absl::StrCat("the last row (row ", row_,
                      ") reads as the total of the others: if it is, delete it and import again");
}

}  // namespace commons::records
