// The groups of a dimension: bins that CASE or a grouping of the definition takes together. Pure.
#ifndef COMMONS_QUERY_QUESTION_GROUPS_H_
#define COMMONS_QUERY_QUESTION_GROUPS_H_

#include <cstdint>
#include <vector>

#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/intervals.h"

namespace commons::query {

// Whether it has any; else each of its bins is by itself.
bool IsGrouped(const v1::Dimension& dimension);

// Of a dimension of the column that IsGrouped: as far as `kept` bins are left of them, in the order
// of their first bins. A dimension of `groups` is valid, of these bins; a `grouping` is one of the
// column's.
std::vector<IntervalSet> GroupsOf(const v1::Dimension& dimension, const v1::Column& column,
                                  const IntervalSet& kept);

// The grouping of the column that parts these bins in the same way, the first if several do: its
// place from 1, or 0.
uint32_t DeclaredAs(const std::vector<IntervalSet>& groups, const v1::Column& column);

// Says these groups, disjoint and in the order of their first bins, in the one way that is
// canonical: as nothing where each is one bin, as the column's grouping where they are one, else
// one by one. Of a long list nothing but its groupings is canonical: false for other groups.
bool SetGroups(const std::vector<IntervalSet>& groups, const v1::Column& column,
               v1::Dimension* dimension);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_GROUPS_H_
