// Refusals of the planner: reason, position, words.
#ifndef COMMONS_QUERY_SQL_PARSE_REFUSE_H_
#define COMMONS_QUERY_SQL_PARSE_REFUSE_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "governance/document/refusal.h"

namespace commons::query {

template <typename... Words>
absl::Status RefuseAt(v1::Reason reason, int position, const Words&... words) {
  return governance::Refuse(reason, absl::StrCat(words...), position);
}

template <typename... Words>
absl::Status Unsupported(int position, const Words&... words) {
  return RefuseAt(v1::UNSUPPORTED_SQL, position, words...);
}

}  // namespace commons::query

#endif  // COMMONS_QUERY_SQL_PARSE_REFUSE_H_
