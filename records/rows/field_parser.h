// From a field's text to the integer that is stored, for one column. No allocation per field (but
// for texts outside ASCII that are not in NFC).
#ifndef COMMONS_RECORDS_ROWS_FIELD_PARSER_H_
#define COMMONS_RECORDS_ROWS_FIELD_PARSER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/text/moment.h"
#include "records/layout.h"
#include "records/said/reject.h"

namespace commons::records {

// A set of texts with a number each: open addressing, and the last hit remembered.
class TextIndex {
 public:
  static constexpr uint32_t kAbsent = 0xffffffff;
  explicit TextIndex(const std::vector<std::pair<std::string, uint32_t>>& entries);
  uint32_t Find(absl::string_view text);

 private:
  struct Slot {
    std::string text;
    uint32_t value = kAbsent;
  };
  std::vector<Slot> slots_;
  size_t last_ = 0;
};

// Not thread-safe.
class FieldParser {
 public:
  // round: numbers with more decimals than the column's are rounded, not rejected. zone: texts of a
  // date are moments, cut to its days.
  explicit FieldParser(const ColumnLayout& column, bool round = false,
                       std::optional<DayZone> zone = {});

  // kNone and the value, or why the row is rejected.
  Reject Parse(absl::string_view text, ColumnValue* value);

 private:
  static constexpr uint32_t kNull = TextIndex::kAbsent - 1;
  uint32_t Find(absl::string_view text);
  uint32_t FindCode(absl::string_view text);
  Reject ReadDay(absl::string_view text, int64_t* day) const;
  Reject ParseBits(absl::string_view text, int64_t* bits);
  const ColumnLayout column_;
  TextIndex index_;  // missing texts, and codes
  const bool only_empty_is_missing_;
  const bool round_;
  const std::optional<DayZone> zone_;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_ROWS_FIELD_PARSER_H_
