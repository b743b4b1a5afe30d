// What a Question means: its digest, its sensitivity and cost.
// Everything here is a pure function of question and Standard that passed ValidateQuestion.
#ifndef COMMONS_QUERY_QUESTION_QUESTION_H_
#define COMMONS_QUERY_QUESTION_QUESTION_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/spending.h"
#include "privacy/cost.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// Of commons, Standard, purpose if consent applies, partials, clips, filter bitsets (one that keeps
// every code, missing included, is no filter), sorted dimensions, grouping sets, class and release.
QuestionDigest DigestOf(const v1::Question& question, const v1::Standard& standard);

// r and c: rows of one person that count at one owner, and of those in one cell of a grouping set.
uint32_t RowsPerPerson(const v1::Standard& standard);
uint32_t RowsPerPersonAndCell(const v1::Standard& standard);
// Whether c leaves out rows that r would count: each grouping set then chooses its own.
bool BoundsRowsPerCell(const v1::Question& question, const v1::Standard& standard);

// In how many groups of one grouping set a row may count, over all that it is grouped by.
uint64_t ResponsesOf(const v1::Question& question, const v1::Standard& standard);

// Of values or of their squares: with coins for 32 steps a person.
bool IsSum(const v1::Partial& partial);
privacy::Sensitivity SensitivityOf(const v1::Question& question, const v1::Standard& standard);
// TOO_SENSITIVE, or the cost over all partials, counts and sums apart; 0 when open or without
// cells.
absl::StatusOr<Spending> SpendingOf(const v1::Question& question, const v1::Standard& standard);
// Its total.
absl::StatusOr<uint64_t> CostOf(const v1::Question& question, const v1::Standard& standard);
// What it filters by, FILTER of its partials included; they belong to it.
std::vector<const v1::Filter*> FiltersOf(const v1::Question& question);
std::vector<const v1::JointFilter*> JointFiltersOf(const v1::Question& question);
// The Standard's columns that a question touches, by index (for Decide).
std::vector<uint32_t> ColumnsOf(const v1::Question& question);

// The declared groupings that it groups by: column to their places in it (for Decide).
std::multimap<uint32_t, uint32_t> GroupingsOf(const v1::Question& question);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_QUESTION_H_
