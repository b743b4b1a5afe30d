// What a column of a common definition says beside its role and its codes, in a person's words.
#ifndef COMMONS_GOVERNANCE_REVIEW_COLUMN_WORDS_H_
#define COMMONS_GOVERNANCE_REVIEW_COLUMN_WORDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "proto/documents.pb.h"

namespace commons::governance {

struct ColumnAspect {
  absl::string_view name;                   // "accepted values"
  std::string (*value)(const v1::Column&);  // one line that is safe to show; "": nothing is said
};
// Together with role and codes all that a column holds.
const std::vector<ColumnAspect>& ColumnAspects();

// "name: text (en)" of each language, in one line.
std::string TextWords(const google::protobuf::RepeatedPtrField<v1::Text>& texts);
// How many periods of the unit a year has, roughly; 0 for none.
int GroupsPerYear(v1::PeriodUnit unit);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_COLUMN_WORDS_H_
