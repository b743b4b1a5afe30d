// A question as it was asked: the canonical Question that travels, and how the asker wants to see
// the answer. Names, aliases, ORDER BY and LIMIT stay here; they are no part of the digest.
#ifndef COMMONS_QUERY_QUESTION_PLAN_H_
#define COMMONS_QUERY_QUESTION_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/question.pb.h"
#include "query/question/partials.h"

namespace commons::query {

struct OutputMeasure {
  // kCount: of rows; kCountValues: of rows that have a value in `column`, which may be missing.
  enum class Kind {
    kCount,
    kCountPersons,
    kSum,
    kAverage,
    kVariance,
    kStddev,
    kCountValues,
    kPercentile,       // interpolated between two values; MEDIAN is that of 0.5
    kPercentileValue,  // one of the values
  };
  Kind kind;
  std::string name;       // alias, or PostgreSQL's name: count, sum, avg, variance, stddev, ...
  uint32_t column = 0;    // of the measure
  double fraction = 0;    // of a percentile, 0 to 1
  PartialRows rows = {};  // FILTER, as its partials have it
};

struct OutputDimension {
  std::string name;    // alias, column name, date_trunc or case
  uint32_t dimension;  // index into question.dimensions: its column at the finest level
  // The cells that it shows, which may be no dimension of the question: those of regions follow
  // from those of districts.
  v1::Dimension level = {};
  // The last of its column's dimensions in whose grouping sets it is; beyond, it is rolled up.
  uint32_t last = UINT32_MAX;
  // Of CASE and of a declared grouping: what each of its cells is called (nullopt: NULL), and where
  // it comes; else empty.
  std::vector<std::optional<std::string>> labels = {};
  std::vector<size_t> places = {};
  std::vector<std::string> values = {};  // of a declared grouping: each cell's code; "": NULL
};

struct OrderKey {
  bool measure = false;
  uint32_t index = 0;  // into dimensions or measures
  bool descending = false;
};

struct Plan {
  v1::Question question;  // canonical; commons_id, purpose, project, release, noise by the caller
  std::vector<OutputDimension> dimensions;  // in select order
  std::vector<OutputMeasure> measures;      // in select order
  std::vector<OrderKey> order_by;
  std::optional<uint64_t> limit;
  std::string canonical_sql;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_PLAN_H_
