// SQL to a Plan: the canonical Question and how the asker wants to see its answer.
#ifndef COMMONS_QUERY_SQL_PLANNER_H_
#define COMMONS_QUERY_SQL_PLANNER_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "proto/documents.pb.h"
#include "query/question/plan.h"

namespace commons::query {

// What the planner needs to know of a dataset.
struct DatasetView {
  const v1::Standard* standard;  // outlives the call
  Hash32 standard_id;
  v1::Release release;  // strictest among the owners
};
using DatasetLookup = std::function<absl::StatusOr<DatasetView>(absl::string_view dataset)>;

// Parses PostgreSQL's grammar (libpg_query) and checks it against an allow-list of what has meaning
// here. Refusals carry a position (byte offset of the offending word), the reason and the nearest
// thing that would be accepted: UNSUPPORTED_SQL, SQL_TOO_LARGE, UNKNOWN_DATASET, UNKNOWN_COLUMN,
// UNKNOWN_LABEL, COLUMN_NOT_QUERYABLE, RANGE_OFF_EDGES, TOO_MANY_CELLS, TOO_MANY_DIMENSIONS,
// NO_CLIP, and BUSY while other questions of `who` are being read. Thread-safe.
absl::StatusOr<Plan> PlanQuery(absl::string_view sql, const DatasetLookup& lookup,
                               absl::string_view who = "");

}  // namespace commons::query

#endif  // COMMONS_QUERY_SQL_PLANNER_H_
