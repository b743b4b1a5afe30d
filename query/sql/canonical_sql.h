// From a Question back to SQL.
#ifndef COMMONS_QUERY_SQL_CANONICAL_SQL_H_
#define COMMONS_QUERY_SQL_CANONICAL_SQL_H_

#include <string>

#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// SQL that means the question, for people and the audit: deterministic, one line. Asking it again
// is the same question, unless its lists of labels are longer than a question may be.
std::string CanonicalSql(const v1::Question& question, const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_SQL_CANONICAL_SQL_H_
