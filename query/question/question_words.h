// A Question in words, for people who read no SQL: the audit, boards' reports. Pure; safe for a
// terminal and a line. Everything bounded: of long lists only how many.
#ifndef COMMONS_QUERY_QUESTION_QUESTION_WORDS_H_
#define COMMONS_QUERY_QUESTION_QUESTION_WORDS_H_

#include <string>

#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// "how many rows and the sum of income, by sex and age". Of a question that passed
// ValidateQuestion.
std::string QuestionWords(const v1::Question& question, const v1::Standard& standard);

// Whom it is about: "all", or "sex is Female; age from 20 to under 65". What only some of its
// figures are about is not in it.
std::string PopulationWords(const v1::Question& question, const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_QUESTION_WORDS_H_
