// A field as one owner writes it, in the words of the common definition.
#ifndef COMMONS_RECORDS_ROWS_FIELD_FORM_H_
#define COMMONS_RECORDS_ROWS_FIELD_FORM_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/text/date_format.h"
#include "base/text/moment.h"
#include "base/text/number_form.h"
#include "proto/dialect.pb.h"
#include "records/csv/csv_header.h"
#include "records/layout.h"
#include "records/reading_options.h"
#include "records/rows/field_parser.h"
#include "records/said/reject.h"

namespace commons::records {

// Not thread-safe.
class FieldForm {
 public:
  // zone: of a column whose texts are moments. kInvalidArgument, "what, what to do": what the
  // dialect says of the field does not go with its column.
  static absl::StatusOr<std::unique_ptr<FieldForm>> Create(const v1::FieldDialect& field,
                                                           const ColumnLayout& column, bool trim,
                                                           std::optional<DayZone> zone = {});

  // Makes *text what FieldParser reads: spaces go if they should; then it stands for what the map
  // says, is a text that means "missing" as it is, or is rewritten from the owner's form. Of
  // several responses that are not in the map as a whole, each stands for what the map says of it,
  // and what stands between them is the definition's separator.
  // Not kNone: why the row is rejected. The text lives until the next call, or as long as it did.
  Reject Read(absl::string_view* text);
  // The row that was read last is kept: what stands beside its number is the column's unit.
  void Keep();

 private:
  FieldForm(const v1::FieldDialect& field, const ColumnLayout& column, bool trim);
  uint32_t Find(absl::string_view text);
  Reject MapEach(absl::string_view* text);
  Reject ReadNumber(absl::string_view* text);
  Reject ReadDate(absl::string_view* text);
  bool Goes(absl::string_view sign) const;

  const bool trim_;
  const std::string separator_;       // of a column of several responses
  const std::string own_separator_;   // the owner's
  std::vector<std::string> targets_;  // of the map
  std::vector<bool> of_codes_;        // by target: not a missing text
  TextIndex index_;                   // missing texts, and those of the map: their target
  std::optional<NumberForm> number_;
  std::optional<DateFormat> date_;
  std::optional<DayZone> zone_;
  std::optional<std::string> sign_;             // that stood beside the numbers kept so far
  std::optional<absl::string_view> last_sign_;  // and beside the last one read
  std::string read_;
};

// Null where the owner writes what the definition says.
struct FieldForms {
  std::vector<std::unique_ptr<FieldForm>> columns;  // of the layout
  std::unique_ptr<FieldForm> person;                // maps to missing texts alone
};
// kInvalidArgument: a field that the file does not have, by name, or Create's.
absl::StatusOr<FieldForms> FormsOf(const v1::Dialect& dialect, const TableLayout& layout,
                                   const CsvHeader& header, const DayZones& zones = {});

}  // namespace commons::records

#endif  // COMMONS_RECORDS_ROWS_FIELD_FORM_H_
