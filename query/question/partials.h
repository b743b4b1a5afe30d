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
using JointFilters = google::protobuf::RepeatedPtrField<v1::JointFilter>;

// Of which of its question's rows a partial is (FILTER); without any, of all.
struct PartialRows {
  Filters filters = {};
  JointFilters joint_filters = {};
};
PartialRows RowsOf(const v1::Partial& partial);
void SetRows(const PartialRows& rows, v1::Partial* partial);
// As bytes, which are equal if they are.
std::string BytesOf(const PartialRows& rows);

// Partials are in the order of their keys, and none is there twice.
using PartialKey = std::tuple<v1::PartialKind, uint32_t, std::string>;
PartialKey KeyOf(const v1::Partial& partial);

// Where one is; -1: nowhere.
int FindPartial(const v1::Question& question, v1::PartialKind kind, uint32_t column,
                const PartialRows& rows);

// The places of these partials, those together that are of the same rows.
std::vector<std::vector<int>> ByRows(const v1::Question& question,
                                     const std::vector<int>& partials);

// The one on a column, or nullptr.
const v1::Filter* FindFilter(const Filters& filters, uint32_t column);

// Which rows a partial is of: the question's filters, and its own.
Filters AllFilters(const v1::Question& question, const v1::Partial& partial);
JointFilters AllJointFilters(const v1::Question& question, const v1::Partial& partial);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_PARTIALS_H_
