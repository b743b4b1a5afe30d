// A file as its owner writes it, opened for the importer: in UTF-8, with the marks that divide it.
#ifndef COMMONS_RECORDS_CSV_OWNERS_FILE_H_
#define COMMONS_RECORDS_CSV_OWNERS_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/dialect.pb.h"
#include "records/csv/csv.h"

namespace commons::records {

// Of a dialect that passed governance's CheckDialect, here and below.
CsvMarks MarksOf(const v1::Dialect& dialect);

// The name of the encoding that it says, spelled as we do, for messages; "": none.
absl::string_view EncodingSaid(const v1::Dialect& dialect);

// Whether the bytes that are read are others than those of the file.
bool IsRecoded(const v1::Dialect& dialect);

// `source` in UTF-8, with LF where the dialect says CR. A file that begins with UTF-8's byte order
// mark is in UTF-8, whatever the dialect says: a file of rejected rows is. What is no character
// becomes a byte that no UTF-8 has, so that it matters only where it is read. kInvalidArgument,
// with what to do: a workbook or an archive.
ByteSource DecodedSource(ByteSource source, const v1::Dialect& dialect);

// The header of the file: the record of the row that the dialect names, or the first one if it
// names row 1 or none, or if that is the header of rejected rows. False: the file ends before it.
// kInvalidArgument: that row is empty or a comment. Other errors are CsvReader::Next's.
absl::StatusOr<bool> ReadHeaderRecord(CsvReader& csv, const v1::Dialect& dialect,
                                      CsvRecord* record);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_CSV_OWNERS_FILE_H_
