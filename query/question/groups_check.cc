#include "query/question/groups_check.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "governance/document/refusal.h"
#include "governance/standard/roles.h"
#include "query/question/bins.h"
#include "query/question/columns.h"
#include "query/question/groups.h"
#include "query/question/kept_bins.h"

namespace commons::query {
namespace {

absl::Status Malformed(absl::string_view what) {
  return governance::Refuse(v1::MALFORMED, absl::StrCat("the question is not canonical: ", what));
}

// Those that the definition declares, said in no other way.
absl::Status CheckGrouping(const v1::Question& question, const v1::Dimension& dimension,
                           const v1::Column& column, const v1::Standard& standard) {
  if (dimension.grouping() > static_cast<uint32_t>(column.groupings_size()) ||
      dimension.groups_size() > 0) {
    return Malformed("a grouping that its column does not have");
  }
  v1::Dimension canonical;
  canonical.set_column(dimension.column());
  SetGroups(GroupsOf(dimension, column, KeptBins(question, dimension, standard)), column,
            &canonical);
  return canonical.grouping() == dimension.grouping() ? absl::OkStatus() : Malformed("a grouping");
}

}  // namespace

absl::Status CheckGroups(const v1::Question& question, const v1::Dimension& dimension,
                         const v1::Column& column, const v1::Standard& standard) {
  if (dimension.grouping() > 0) return CheckGrouping(question, dimension, column, standard);
  if (governance::HasLongList(column)) {
    return governance::Refuse(v1::TOO_MANY_CELLS,
                              absl::StrCat(column.name(), " is grouped by its groupings alone"));
  }
  if (dimension.groups_size() == 0) return absl::OkStatus();
  // A row would count once for each of its responses that a group holds.
  if (governance::HasResponses(column)) return Malformed("groups of several responses");
  const uint64_t all = BinCount(column, dimension.unit());
  if (dimension.groups_size() > static_cast<int>(kGroupsMax) || all > kGroupedBinsMax) {
    return governance::Refuse(v1::TOO_MANY_CELLS,
                              absl::StrCat("at most ", kGroupsMax, " groups of ", kGroupedBinsMax,
                                           " values; ", column.name(), " has more"));
  }
  if (ShapeOf(column) == Shape::kDate && dimension.unit() != column.period_unit()) {
    return Malformed("groups of another unit than is declared");
  }
  IntervalSet seen;
  int64_t last = -1;
  bool several = false;
  for (const v1::Dimension::Group& group : dimension.groups()) {
    const std::optional<IntervalSet> bins = FromBits(group.bins(), all);
    if (!bins.has_value() || bins->intervals().empty()) return Malformed("a group of bins");
    const int64_t first = bins->intervals().front().low;
    if (first <= last || !seen.And(*bins).intervals().empty()) return Malformed("groups of bins");
    last = first;
    seen = seen.Or(*bins);
    several |= bins->Count() > 1;
  }
  if (!several || !(seen == KeptBins(question, dimension, standard)) ||
      DeclaredAs(GroupsOf(dimension, column, seen), column) > 0) {
    return Malformed("groups of bins");
  }
  return absl::OkStatus();
}

}  // namespace commons::query
