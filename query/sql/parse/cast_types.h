// Types that a cast names, as PostgreSQL's parser calls them.
#ifndef COMMONS_QUERY_SQL_PARSE_CAST_TYPES_H_
#define COMMONS_QUERY_SQL_PARSE_CAST_TYPES_H_

#include "absl/strings/string_view.h"

namespace commons::query::sql {

inline bool IsTextType(absl::string_view type) {
  return type == "text" || type == "varchar" || type == "bpchar";
}

inline bool IsIntegerType(absl::string_view type) {
  return type == "int2" || type == "int4" || type == "int8";
}

// That keep decimals.
inline bool IsNumberType(absl::string_view type) {
  return type == "numeric" || type == "float4" || type == "float8";
}

inline bool IsWhole(absl::string_view number) {
  return number.find_first_not_of("-0123456789") == absl::string_view::npos;
}

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_PARSE_CAST_TYPES_H_
