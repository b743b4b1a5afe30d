// What differs between the groupings of a column's codes in two versions of a definition.
#ifndef COMMONS_GOVERNANCE_REVIEW_GROUPING_CHANGES_H_
#define COMMONS_GOVERNANCE_REVIEW_GROUPING_CHANGES_H_

#include <string>
#include <vector>

#include "proto/documents.pb.h"

namespace commons::governance {

struct GroupingChange {
  std::string what;
  bool warn = false;  // a name stands for something else than before
};

// Each grouping that came, went, is called otherwise or takes other codes together, code by code,
// in the order of `after`; nothing only where they are the same.
std::vector<GroupingChange> CompareGroupings(const v1::Column& before, const v1::Column& after);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_GROUPING_CHANGES_H_
