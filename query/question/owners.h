// Whom a question concerns, by the register.
#ifndef COMMONS_QUERY_QUESTION_OWNERS_H_
#define COMMONS_QUERY_QUESTION_OWNERS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "governance/register/register.h"
#include "proto/question.pb.h"

namespace commons::query {

// Members who ask and answer whose newest Manifest says that they hold the dataset, be it under an
// earlier version of its Standard, by org_id.
std::vector<const governance::Organisation*> OwnersOf(const governance::Register& reg,
                                                      absl::string_view dataset);

// The definition that a question was made under; null once another one is in force: column numbers
// of the question then mean nothing.
const governance::StandardInForce* StandardOf(const governance::Register& reg,
                                              const v1::Question& question);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_OWNERS_H_
