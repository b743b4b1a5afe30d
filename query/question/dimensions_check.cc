#include "query/question/dimensions_check.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "query/question/columns.h"
#include "query/question/groups_check.h"
#include "query/question/levels.h"

namespace commons::query {
namespace {

absl::Status Malformed(absl::string_view what) {
  return governance::Refuse(v1::MALFORMED, absl::StrCat("the question is not canonical: ", what));
}

// Whether this one is the same column's as the one before, at a level above.
bool IsOfColumnBefore(const v1::Question& question, int at) {
  return at > 0 && at < question.dimensions_size() &&
         question.dimensions(at).column() == question.dimensions(at - 1).column();
}

// Each column at its finest level, which comes first.
std::vector<uint32_t> FinestOf(const v1::Question& question) {
  std::vector<uint32_t> finest;
  for (int i = 0; i < question.dimensions_size(); ++i) {
    if (!IsOfColumnBefore(question, i)) finest.push_back(i);
  }
  return finest;
}

// One of them at its next level, or, where it is at its last, without it.
bool Follows(const std::vector<uint32_t>& set, std::vector<uint32_t> before,
             const v1::Question& question) {
  for (size_t i = 0; i < before.size(); ++i) {
    std::vector<uint32_t> next = before;
    if (IsOfColumnBefore(question, static_cast<int>(before[i]) + 1)) {
      ++next[i];
    } else {
      next.erase(next.begin() + static_cast<ptrdiff_t>(i));
    }
    if (next == set) return true;
  }
  return false;
}

}  // namespace

absl::Status CheckDimensions(const v1::Question& question, const v1::Standard& standard) {
  if (question.dimensions_size() > static_cast<int>(limits::kGroupDimensions)) {
    return governance::Refuse(v1::TOO_MANY_DIMENSIONS,
                              absl::StrCat("at most ", limits::kGroupDimensions, " dimensions"));
  }
  for (int i = 0; i < question.dimensions_size(); ++i) {
    const v1::Dimension& dimension = question.dimensions(i);
    ASSIGN_OR_RETURN(const v1::Column* column, QueryableColumn(dimension.column(), standard));
    if (i > 0 && question.dimensions(i - 1).column() > dimension.column()) {
      return Malformed("dimensions are not in order");
    }
    if (!Groupable(*column)) {
      return governance::Refuse(v1::COLUMN_NOT_QUERYABLE,
                                absl::StrCat(column->name(), " cannot be grouped by"));
    }
    const bool unit_fits = ShapeOf(*column) == Shape::kDate
                               ? MayGroupBy(*column, dimension.unit())
                               : dimension.unit() == v1::PERIOD_UNIT_UNSPECIFIED;
    if (!unit_fits) return Malformed("a period that does not fit its column");
    RETURN_IF_ERROR(CheckGroups(question, dimension, *column, standard));
    if (IsOfColumnBefore(question, i) &&
        !IsAbove(dimension, question.dimensions(i - 1), question, standard)) {
      return Malformed("levels of one column are not in order");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckSets(const v1::Question& question) {
  if (question.sets_size() < 1 || question.sets_size() > question.dimensions_size() + 1) {
    return Malformed("grouping sets");
  }
  std::set<uint32_t> seen;
  std::vector<uint32_t> before = FinestOf(question);
  for (int i = 0; i < question.sets_size(); ++i) {
    const auto& dimensions = question.sets(i).dimensions();
    std::vector<uint32_t> set(dimensions.begin(), dimensions.end());
    if (i == 0 ? set != before : !Follows(set, before, question)) return Malformed("grouping sets");
    seen.insert(set.begin(), set.end());
    before = std::move(set);
  }
  const bool all = seen.size() == static_cast<size_t>(question.dimensions_size());
  return all ? absl::OkStatus() : Malformed("grouping sets");
}

}  // namespace commons::query
