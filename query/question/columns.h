// What a column of a Standard offers to questions: its values, its bins, and the words for them.
#ifndef COMMONS_QUERY_QUESTION_COLUMNS_H_
#define COMMONS_QUERY_QUESTION_COLUMNS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"
#include "query/question/intervals.h"

namespace commons::query {

// kNone: identifiers, hidden and skipped columns, the entity, and texts without a code list.
enum class Shape { kNone, kCodes, kNumber, kDate };
Shape ShapeOf(const v1::Column& column, const v1::Standard& standard);
// Of a column that may be queried, whatever the dataset.
Shape ShapeOf(const v1::Column& column);

// The column of a question's index. UNKNOWN_COLUMN, COLUMN_NOT_QUERYABLE.
absl::StatusOr<const v1::Column*> QueryableColumn(uint32_t index, const v1::Standard& standard);

// All values that a row can hold: codes 0..n-1, scaled numbers, days.
Interval Universe(const v1::Column& column);

// Whether the column can be grouped by, and in how many bins (the missing one included;
// saturating).
bool Groupable(const v1::Column& column);
uint64_t BinCount(const v1::Column& column, v1::PeriodUnit unit);
// Whether a date may be grouped by the unit: the declared one, or one that is made of it. Days make
// weeks from Monday, unless the column's weeks begin on another day.
bool MayGroupBy(const v1::Column& column, v1::PeriodUnit unit);
// In which bin a value lies, and which values lie in a bin that is not the missing one. Of a
// column that can be grouped by and a value of its universe; bins count from 0.
int64_t BinOf(const v1::Column& column, v1::PeriodUnit unit, int64_t value);
Interval ValuesIn(const v1::Column& column, v1::PeriodUnit unit, int64_t bin);

// Whether a protected range of a number or a date may begin or end here.
bool OnEdge(const v1::Column& column, int64_t value);
// The nearest edges at or below, and at or above, in words: "15 and 25".
std::string NearestEdges(const v1::Column& column, int64_t value);

// "-1.5", or a day: "2021-03-09".
std::string FormatValue(const v1::Column& column, int64_t value);
// "[15,25)"; "3" where each number is a group.
std::string BandLabel(const v1::Column& column, size_t band);
std::string CodeLabel(const v1::Code& code);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_COLUMNS_H_
