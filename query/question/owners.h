// Whom a question concerns, by the register.
#ifndef COMMONS_QUERY_QUESTION_OWNERS_H_
#define COMMONS_QUERY_QUESTION_OWNERS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "governance/register/register.h"
#include "proto/local.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// Members who ask and answer whose newest Manifest says that they hold the dataset, be it under an
// earlier version of its Standard, by org_id.
std::vector<const governance::Organisation*> OwnersOf(const governance::Register& reg,
                                                      absl::string_view dataset);

// The other members who ask and answer, by name, with why no question about the dataset goes to
// them: they are in no count, and nobody can tell from the answer what they would add.
std::vector<v1::NotHolding> NotHoldingOf(const governance::Register& reg,
                                         absl::string_view dataset);

// "no notice of holdings in force: a, b; holds it no more: c", of these; "" for none.
std::string NotHoldingWords(const std::vector<v1::NotHolding>& members);

// The definition that a question was made under; null once another one is in force: column numbers
// of the question then mean nothing.
const governance::StandardInForce* StandardOf(const governance::Register& reg,
                                              const v1::Question& question);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_OWNERS_H_
