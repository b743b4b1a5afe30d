// What a measure's own condition (FILTER) means beside that of its question (WHERE), said in one
// way, so that paraphrases are one question. Pure.
#ifndef COMMONS_QUERY_QUESTION_WITHIN_H_
#define COMMONS_QUERY_QUESTION_WITHIN_H_

#include <optional>

#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/partials.h"

namespace commons::query {

// Whether both have a condition on a column of several responses: a row may pass each by another of
// its responses, which no one filter says.
bool FiltersResponsesTwice(const Filters& filters, const Filters& of_question,
                           const v1::Standard& standard);

// The rows of a partial among those that its question keeps. Of each column, the filter says what
// both filters keep, and is there only where that is less than the question keeps.
// Joint filters are held against the question's that share columns with them: none keeps what the
// question leaves out, none can be taken apart, and none is there that filters or the question's
// joint filters say already. The filter on each of their columns keeps the bins that they have.
// A filter alone is not held against the question's joint filters.
// Of filters that are valid, FiltersResponsesTwice aside, and joint filters that CheckJointColumns
// takes, in any order. nullopt: more than kJointFiltersMax, columns whose bins, as far as the
// conditions tell them apart, have more than kJointCellsMax combinations in all, or more than
// kJointColumnsMax columns together.
std::optional<PartialRows> WithinQuestion(const PartialRows& rows, const v1::Question& question,
                                          const v1::Standard& standard);

// Whether the joint filters of a valid question, and those of each partial with those of the
// question that share columns with them, have at most kJointCellsMax combinations of bins.
bool JoinsWithinBins(const v1::Question& question, const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_WITHIN_H_
