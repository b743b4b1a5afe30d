// What a table's columns are, as rows are read and stored: texts, codes, scales and bounds. Which
// of them may be asked about is policy and lives above.
#ifndef COMMONS_RECORDS_LAYOUT_H_
#define COMMONS_RECORDS_LAYOUT_H_

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/period.h"

namespace commons::records {

enum class ColumnKind : uint8_t {
  kCode = 1,     // one of a finite list of texts (booleans too)
  kInteger = 2,  // fixed point: the stored integer is the value times 10^decimals
  kDate = 3,     // days since 1970-01-01; of a unit, its first day
  kHidden = 4,   // text, kept for the person's own view; no scan may touch it
  kBits = 5,     // some of a finite list of texts at once: bit i of the stored integer is code i
};

struct ColumnLayout {
  std::string name = {};  // the CSV header, NFC
  ColumnKind kind = ColumnKind::kCode;
  bool required = false;  // NULL rejects the row

  // kCode, kBits: accepted text and its code, NFC; several texts may mean one code.
  std::vector<std::pair<std::string, uint32_t>> codes = {};
  uint32_t code_count = 0;  // codes are 0 .. code_count-1; NULL is stored as code_count

  int decimals = 0;                    // kInteger
  PeriodUnit unit = PeriodUnit::kDay;  // kDate: what its texts may name
  int64_t min_value = 0;               // kInteger (scaled), kDate (days): accepted range, inclusive
  int64_t max_value = 0;

  std::vector<std::string> missing = {""};  // texts that mean NULL

  // kBits: at most so many codes of a row, and what stands between their texts.
  uint32_t responses = 0;
  std::string separator = {};

  bool operator==(const ColumnLayout&) const = default;
};

struct TableLayout {
  std::vector<ColumnLayout> columns = {};  // those that are stored
  // The CSV column that tells persons apart. Its values are never stored: each person becomes a
  // dense number. It may not be one of `columns`. Absent: every row is a person.
  std::optional<std::string> entity_header = {};
  // Texts of it that mean "unknown": such rows are rejected.
  std::vector<std::string> entity_missing = {""};
  std::vector<std::string> skip_headers = {};  // declared, but never written anywhere

  bool operator==(const TableLayout&) const = default;
};

// A row's value in one column. number: a code, a scaled integer, days or bits; unused where NULL,
// and of kHidden columns, whose text is handed over beside it.
struct ColumnValue {
  int64_t number = 0;
  bool null = false;
  bool rounded = false;  // kInteger: its text had more decimals than the column
};

// Whether `is` is true of the value's code, of NULL's in a kCode column, or of any of its codes.
template <typename Is>
bool AnyCode(const ColumnLayout& column, const ColumnValue& value, const Is& is) {
  if (column.kind == ColumnKind::kCode) return is(static_cast<uint32_t>(value.number));
  for (uint64_t left = value.null ? 0 : value.number; left != 0; left &= left - 1) {
    if (is(static_cast<uint32_t>(std::countr_zero(left)))) return true;
  }
  return false;
}

}  // namespace commons::records

#endif  // COMMONS_RECORDS_LAYOUT_H_
