// A question as it was asked: the canonical Question that travels, and how the asker wants to see
// the answer. Names, aliases, ORDER BY and LIMIT stay here; they are no part of the digest.
#ifndef COMMONS_QUERY_PLAN_H_
#define COMMONS_QUERY_PLAN_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

struct OutputMeasure {
  // kCount: of rows; kCountValues: of rows that have a value in `column`, which may be missing.
  enum class Kind { kCount, kCountPersons, kSum, kAverage, kVariance, kStddev, kCountValues };
  Kind kind;
  std::string name;     // alias, or PostgreSQL's name: count, sum, avg, variance, stddev
  uint32_t column = 0;  // of the measure
};

struct OutputDimension {
  std::string name;    // alias, column name, or date_trunc
  uint32_t dimension;  // index into question.dimensions
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

// What the planner needs to know of a dataset.
struct DatasetView {
  const v1::Standard* standard;  // outlives the call
  Hash32 standard_id;
  v1::Release release;  // strictest among the owners
};
using Catalogue = std::function<absl::StatusOr<DatasetView>(absl::string_view dataset)>;

// Parses PostgreSQL's grammar (libpg_query) and checks it against an allow-list of what has meaning
// here. Refusals carry a position (byte offset of the offending word), the reason and the nearest
// thing that would be accepted: UNSUPPORTED_SQL, SQL_TOO_LARGE, UNKNOWN_DATASET, UNKNOWN_COLUMN,
// UNKNOWN_LABEL, COLUMN_NOT_QUERYABLE, RANGE_OFF_EDGES, TOO_MANY_CELLS, TOO_MANY_DIMENSIONS,
// NO_CLIP. Thread-safe; parses on a thread with a 64 MiB stack.
absl::StatusOr<Plan> PlanQuery(absl::string_view sql, const Catalogue& catalogue);

// The same checks on a Question that came from a peer, against this node's own Standard: bounded,
// canonical, queryable columns, ranges on edges when protected, at most limits::kCells. Same
// reasons.
absl::Status ValidateQuestion(const v1::Question& question, const v1::Standard& standard);

// SQL that means the question, for people and the audit: deterministic, one line. Asking it again
// is the same question, unless its lists of labels are longer than a question may be.
std::string CanonicalSql(const v1::Question& question, const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_PLAN_H_
