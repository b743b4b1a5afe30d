// Bins of a column: its codes, bands or periods, numbered from 0, and the missing bin last; sets of
// them as conditions, and as they travel. Pure.
#ifndef COMMONS_QUERY_QUESTION_BINS_H_
#define COMMONS_QUERY_QUESTION_BINS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/intervals.h"

namespace commons::query {

// Of a dimension whose bins are grouped (CASE): a question fits a small message.
inline constexpr size_t kGroupsMax = 128;
inline constexpr uint64_t kGroupedBinsMax = uint64_t{1} << 13;

// Of a column that can be grouped by. The bins of which some value is kept; and the condition that
// is true for the values of these bins, false for all others.
IntervalSet BinsKept(const Condition& condition, const v1::Column& column, v1::PeriodUnit unit);
Condition ConditionOfBins(const IntervalSet& bins, const v1::Column& column, v1::PeriodUnit unit);

// A set of numbers below `size` as bits, bit i of byte i/8; nullopt unless these are the bits of
// such a set.
std::string ToBits(const IntervalSet& set, uint64_t size);
std::optional<IntervalSet> FromBits(absl::string_view bits, uint64_t size);

// The bins of a group (CASE) of a dimension that is valid.
IntervalSet BinsOfGroup(const v1::Dimension::Group& group);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_BINS_H_
