// The texts of a file's fields as they will be kept, of columns that nothing is known of yet.
#ifndef COMMONS_RECORDS_INFER_FIELD_TEXTS_H_
#define COMMONS_RECORDS_INFER_FIELD_TEXTS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/dialect.pb.h"
#include "records/csv/csv_header.h"
#include "records/rows/field_form.h"

namespace commons::records {

// By the place of the field in the file; null: written plainly.
using FormsOfFields = std::vector<std::unique_ptr<FieldForm>>;

// Of a dialect that passed governance's CheckDialect; its fields that the file lacks are passed
// over. kInvalidArgument: FieldForm::Create's.
absl::StatusOr<FormsOfFields> FormsFor(const v1::Dialect& dialect, const CsvHeader& header);

// Without the spaces around it, in NFC; nothing: it can't be read.
std::optional<std::string> TextOf(absl::string_view text, FieldForm* form);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_FIELD_TEXTS_H_
