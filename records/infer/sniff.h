// How a file is written, told from its first rows: for a steward who says nothing of it.
#ifndef COMMONS_RECORDS_INFER_SNIFF_H_
#define COMMONS_RECORDS_INFER_SNIFF_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/dialect.pb.h"
#include "records/csv/csv.h"

namespace commons::records {

inline constexpr size_t kSniffedBytes = 1 << 16;

// Of a file's beginning, kSniffedBytes at most: encoding, line ends, delimiter, the row of the
// headings and spaces around these, each as far as it differs from what is read anyway. A guess: an
// encoding of one byte a character is told by its macrons alone. Plain where nothing can be told.
v1::Dialect SniffDialect(absl::string_view beginning);

// So much of the source as SniffDialect takes. Errors of the source pass through.
absl::StatusOr<std::string> BeginningOf(const ByteSource& source);

// A dialect.json that says it; "{}" of a plain one.
std::string DialectText(const v1::Dialect& dialect);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_SNIFF_H_
