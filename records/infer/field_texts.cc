#include "records/infer/field_texts.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "base/status.h"
#include "base/text/unicode.h"
#include "governance/document/text.h"

namespace commons::records {
namespace {

// What a field of the dialect asks of a column that nothing is known of yet.
ColumnLayout AnyColumn(const v1::FieldDialect& field) {
  ColumnLayout column;
  column.kind = ColumnKind::kHidden;
  if (!field.date_format().empty()) {
    column.kind = ColumnKind::kDate;
    column.unit = PeriodUnit::kYear;
  } else if (!field.group_char().empty() || !field.decimal_char().empty() || field.signs()) {
    column.kind = ColumnKind::kInteger;
  } else if (!field.separator().empty()) {
    column.kind = ColumnKind::kBits;
    column.separator = std::string(1, ';');
  } else if (field.map_size() > 0) {
    column.kind = ColumnKind::kCode;
  }
  return column;
}

}  // namespace

absl::StatusOr<FormsOfFields> FormsFor(const v1::Dialect& dialect, const CsvHeader& header) {
  FormsOfFields forms(header.fields.size());
  for (const v1::FieldDialect& field : dialect.fields()) {
    const auto at = absl::c_find_if(
        header.fields, [&](const CsvField& one) { return one.header == field.name(); });
    if (at == header.fields.end()) continue;
    ASSIGN_OR_RETURN(const DayZone zone, DayZone::Load("UTC"));  // for bounds of whole years
    ASSIGN_OR_RETURN(forms[at - header.fields.begin()],
                     FieldForm::Create(field, AnyColumn(field), dialect.trim(), zone));
  }
  return forms;
}

std::optional<std::string> TextOf(absl::string_view text, FieldForm* form) {
  text = WithoutOuterSpaces(text);
  if (form != nullptr && form->Read(&text) != Reject::kNone) return std::nullopt;
  if (absl::c_all_of(text, absl::ascii_isprint)) return std::string(text);
  auto nfc = Nfc(text);
  if (!nfc.ok() || (!nfc->empty() && !governance::CheckName(*nfc, nfc->size()).ok())) {
    return std::nullopt;
  }
  return *std::move(nfc);
}

}  // namespace commons::records
