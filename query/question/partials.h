// Partials of a question: which are the same, and in which order they come.
#ifndef COMMONS_QUERY_QUESTION_PARTIALS_H_
#define COMMONS_QUERY_QUESTION_PARTIALS_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "google/protobuf/repeated_ptr_field.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

using Filters = google::protobuf::RepeatedPtrField<v1::Filter>;

// Partials are in the order of their keys, and none is there twice.
using PartialKey = std::tuple<v1::PartialKind, uint32_t, std::string>;
PartialKey KeyOf(const v1::Partial& partial);

// Where one is; -1: nowhere.
int FindPartial(const v1::Question& question, v1::PartialKind kind, uint32_t column,
                const Filters& filters);

// The places of these partials, those together that are of the same rows.
std::vector<std::vector<int>> ByFilters(const v1::Question& question,
                                        const std::vector<int>& partials);

// The filters of a partial (FILTER) beside those of its question (WHERE): of each column what both
// keep, and only where that is less than the question keeps. All of them are in order.
Filters WithinQuestion(const Filters& filters, const Filters& of_question,
                       const v1::Standard& standard);

// Whether both have a condition on a column of several responses: a row may pass each by another of
// its responses, which no one filter says.
bool FiltersResponsesTwice(const Filters& filters, const Filters& of_question,
                           const v1::Standard& standard);

// Which rows a partial is of: the question's filters, and its own.
Filters AllFilters(const v1::Question& question, const v1::Partial& partial);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_PARTIALS_H_
