// Conditions on codes as conditions on groups of them.
#ifndef COMMONS_QUERY_SQL_KEPT_GROUPS_H_
#define COMMONS_QUERY_SQL_KEPT_GROUPS_H_

#include <cstddef>
#include <string>

#include "proto/documents.pb.h"
#include "query/question/intervals.h"

namespace commons::query::sql {

// "region IN ('north', 'south')", where the kept codes are all those of some groups and these are
// fewer than the `listed` codes that would be named instead; "" elsewhere.
std::string GroupsKept(const v1::Column& column, const IntervalSet& kept, size_t listed);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_KEPT_GROUPS_H_
