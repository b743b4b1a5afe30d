// Answers questions from this node's own tables.
#ifndef COMMONS_QUERY_MEMBER_EXECUTOR_H_
#define COMMONS_QUERY_MEMBER_EXECUTOR_H_

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/member/member_context.h"
#include "storage/table/table_store.h"

namespace commons::query {

// Callable as Execute (member_context.h). Thread-safe; the store must outlive it.
class LocalExecutor {
 public:
  explicit LocalExecutor(const storage::TableStore& tables) : tables_(&tables) {}

  // Exact partials of the newest edition. The question must have passed ValidateQuestion under the
  // Standard. NO_DATA: no edition here; WRONG_STANDARD: it was imported under another definition.
  absl::StatusOr<LocalPartials> operator()(const v1::Question& question,
                                           const v1::Standard& standard,
                                           const Hash32& rounding_key) const;

 private:
  const storage::TableStore* tables_;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_EXECUTOR_H_
