// Names that people take for another.
#ifndef COMMONS_GOVERNANCE_REVIEW_LOOKALIKE_H_
#define COMMONS_GOVERNANCE_REVIEW_LOOKALIKE_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "governance/review/screen.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Warns of a name that differs from one of `others` only by case or by what nobody sees, that mixes
// Latin letters with Greek or Cyrillic ones, and of what CheckName refuses of new names.
void WarnOfName(absl::string_view name, const std::vector<absl::string_view>& others, Screen& s);

// Warns of labels of one column that are read alike, of those that are another code, and of those
// with a character that nobody sees.
void WarnOfLabels(const v1::Column& column, Screen& s);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_LOOKALIKE_H_
