// The order of an answer's cells. Unless told otherwise: grouping set by set, the dimension named
// first varying slowest, codes as their list has them. ORDER BY as PostgreSQL sorts the column's
// type. Pure.
#ifndef COMMONS_QUERY_RELEASE_CELL_ORDER_H_
#define COMMONS_QUERY_RELEASE_CELL_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/plan.h"

namespace commons::query {

// Per one of these bins of a dimension, its place in ORDER BY: texts by the bytes of what is shown,
// whole and decimal numbers by value whatever their list's order or their labels, false before
// true, bands and periods from the lowest, and missing last.
std::vector<size_t> BinPlaces(const v1::Dimension& dimension, const v1::Column& column,
                              absl::Span<const uint32_t> kept);

// What the cells of a dimension are called, and their places in ORDER BY: as CASE has them, or as
// its column.
std::vector<std::optional<std::string>> LabelsOf(const OutputDimension& output,
                                                 const v1::Dimension& dimension,
                                                 const v1::Column& column,
                                                 absl::Span<const uint32_t> kept);
std::vector<size_t> PlacesOf(const OutputDimension& output, const v1::Dimension& dimension,
                             const v1::Column& column, absl::Span<const uint32_t> kept);

// What one cell is sorted by.
struct CellRank {
  std::vector<long double> measures;  // in select order; NaN, which sorts last, has no value
  std::vector<size_t> places;         // per output dimension; above all others when rolled up
  size_t set = 0;                     // grouping set
  std::vector<size_t> bins;           // per output dimension, by the code list, or by CASE
};
bool Before(const CellRank& a, const CellRank& b, const std::vector<OrderKey>& order);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_CELL_ORDER_H_
