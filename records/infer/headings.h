// Whether a row holds headings, for whoever has to take one for them.
#ifndef COMMONS_RECORDS_INFER_HEADINGS_H_
#define COMMONS_RECORDS_INFER_HEADINGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "records/csv/csv_header.h"

namespace commons::records {

// A row of somebody where the headings should be: it would go into a definition, word by word.
bool ReadsLikeData(const std::vector<std::string>& row);

// kInvalidArgument, with what to do: lines that end with CR alone, headings that are one field with
// another delimiter in it, read like data, or can be no names. raw: the row as it stands there.
absl::Status CheckHeadings(const CsvHeader& header, absl::string_view raw);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_HEADINGS_H_
