#include "query/question/joint_check.h"

#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/standard/roles.h"
#include "query/question/bins.h"
#include "query/question/columns.h"
#include "query/question/joint.h"
#include "query/question/joint_wire.h"
#include "query/question/kept_bins.h"

namespace commons::query {
namespace {

absl::Status Malformed(absl::string_view what) {
  return governance::Refuse(v1::MALFORMED, absl::StrCat("the question is not canonical: ", what));
}

absl::Status CheckJointFilter(const v1::JointFilter& filter, const v1::Question& question,
                              const v1::Standard& standard) {
  RETURN_IF_ERROR(CheckJointColumns(filter, standard));
  const Joint joint = JointOf(filter, standard);
  if (FactorsOf(joint).size() != 1) return Malformed("a joint filter that can be taken apart");
  if (FilterOf(joint).SerializeAsString() != filter.SerializeAsString()) {
    return Malformed("a joint filter's parts");
  }
  for (size_t i = 0; i < joint.columns.size(); ++i) {
    const v1::Column& column = standard.columns(static_cast<int>(joint.columns[i]));
    v1::Dimension dimension;
    dimension.set_column(joint.columns[i]);
    dimension.set_unit(column.period_unit());
    if (!(KeptBins(question, dimension, standard) == BinsOfColumn(joint, i))) {
      return Malformed("a joint filter beside another filter");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckJointColumns(const v1::JointFilter& filter, const v1::Standard& standard) {
  const auto& columns = filter.columns();
  if (columns.size() < 2 || columns.size() > static_cast<int>(kJointColumnsMax)) {
    return Malformed("a joint filter of too few or too many columns");
  }
  for (int i = 0; i < columns.size(); ++i) {
    if (i > 0 && columns[i - 1] >= columns[i]) return Malformed("a joint filter's columns");
    ASSIGN_OR_RETURN(const v1::Column* column, QueryableColumn(columns[i], standard));
    if (!Groupable(*column)) {
      return governance::Refuse(v1::COLUMN_NOT_QUERYABLE,
                                absl::StrCat(column->name(), " has no declared bins"));
    }
    // A row is in no one combination of them.
    if (governance::HasResponses(*column)) return Malformed("a joint filter of several responses");
  }
  const std::optional<uint64_t> cells = CombinationsOf(filter, standard);
  if (!cells.has_value()) return Malformed("a joint filter of too many combinations, or its parts");
  const bool fits = FromBits(filter.cells(), *cells).has_value();
  return fits ? absl::OkStatus() : Malformed("a joint filter's combinations");
}

absl::Status CheckJointFilters(const v1::Question& question, const v1::Standard& standard) {
  if (question.joint_filters_size() > static_cast<int>(kJointFiltersMax)) {
    return Malformed("too many joint filters");
  }
  std::set<uint32_t> columns;
  for (int i = 0; i < question.joint_filters_size(); ++i) {
    const v1::JointFilter& filter = question.joint_filters(i);
    RETURN_IF_ERROR(CheckJointFilter(filter, question, standard));
    if (i > 0 && question.joint_filters(i - 1).columns(0) > filter.columns(0)) {
      return Malformed("joint filters are not in order");
    }
    for (const uint32_t column : filter.columns()) {
      if (!columns.insert(column).second) return Malformed("joint filters of one column");
    }
  }
  return absl::OkStatus();
}

}  // namespace commons::query
