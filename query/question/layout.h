// A definition and a question as storage sees them: codes and ranges, no policy. Pure functions of
// question and Standard that passed ValidateQuestion.
#ifndef COMMONS_QUERY_QUESTION_LAYOUT_H_
#define COMMONS_QUERY_QUESTION_LAYOUT_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/intervals.h"
#include "records/standard_layout.h"
#include "storage/columns/layout.h"
#include "storage/scan/scan.h"

namespace commons::query {

using records::LayoutOf;  // the table as storage sees it: codes, no policy

// The columns that rows of this definition, stored so, do not have.
std::set<std::string> NotHeldIn(const storage::TableLayout& held, const v1::Standard& standard);
// Whether rows that were stored so can answer, maybe since before something was added to the
// definition: its other columns may be any. WRONG_STANDARD, with what to do.
absl::Status CheckHeld(const storage::TableLayout& held, const v1::Question& question,
                       const v1::Standard& standard);
// Scan of the base cells (all dimensions) over a table that passed CheckHeld; at least one of them.
// All partials are of the same rows (ByRows).
// Protected: persons bounded, sums quantised under `key`.
storage::ScanSpec ScanOf(const v1::Question& question, const v1::Standard& standard,
                         const storage::TableLayout& held, const Hash32& rounding_key);
// Each cell apart by these bands of a column, at least one of them, which vary fastest: rows in no
// band count nowhere.
void AddBands(const std::vector<Interval>& bands, const v1::Column& column,
              const storage::TableLayout& held, storage::ScanSpec& spec);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_LAYOUT_H_
