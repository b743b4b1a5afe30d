// Conditions as filters of a Question, and back.
#ifndef COMMONS_QUERY_QUESTION_FILTER_H_
#define COMMONS_QUERY_QUESTION_FILTER_H_

#include <cstdint>
#include <optional>

#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/intervals.h"

namespace commons::query {

// What a filter keeps, as a condition that is true for exactly that.
Condition ConditionOf(const v1::Filter& filter, const v1::Column& column);

// Whether it matters which reading the condition has.
bool ReadsTwoWays(const Condition& condition, const v1::Column& column);

// The canonical filter, or nothing when every row passes.
std::optional<v1::Filter> FilterOf(uint32_t index, const v1::Column& column,
                                   const Condition& condition);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_FILTER_H_
