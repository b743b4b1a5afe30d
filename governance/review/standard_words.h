// A common definition in a person's words.
#ifndef COMMONS_GOVERNANCE_REVIEW_STANDARD_WORDS_H_
#define COMMONS_GOVERNANCE_REVIEW_STANDARD_WORDS_H_

#include <string>
#include <utility>
#include <vector>

#include "proto/documents.pb.h"

namespace commons::governance {

// "each row is a person", or the column that tells people apart with its maxima.
std::string PersonWords(const v1::Standard& standard);
// "group or filter by it".
std::string RoleWords(v1::Role role);
// "11 bands from 0, 5, ...", codes by number only.
std::string ValuesWords(const v1::Column& column);
// "F = Female", or the code alone where it is its label.
std::string CodeWords(const v1::Code& code);
// With as many decimals as the column has: whoever compares two definitions sees them.
std::string NumberWords(int64_t scaled, const v1::Column& column);

// "region (2 groups)".
std::string GroupingWords(const v1::Grouping& grouping);
// "; grouped as region (2 groups)", of a long list "; grouped only as ..."; "" without any.
std::string GroupingsWords(const v1::Column& column);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_STANDARD_WORDS_H_
