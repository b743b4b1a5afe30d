#include "query/question/groups.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "governance/standard/roles.h"
#include "query/question/bins.h"
#include "query/question/columns.h"

namespace commons::query {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

void Append(int64_t bin, std::vector<Interval>* to) {
  if (to->empty() || to->back().high < bin) to->push_back({bin, bin});
  to->back().high = bin + 1;
}

// The missing bin, which comes last, is no group's.
uint32_t GroupAt(const v1::Grouping& grouping, uint32_t bin) {
  return bin < static_cast<uint32_t>(grouping.group_of_size())
             ? grouping.group_of(static_cast<int>(bin))
             : static_cast<uint32_t>(grouping.groups_size());
}

std::vector<IntervalSet> DeclaredGroups(const v1::Grouping& grouping, const IntervalSet& kept) {
  std::vector<uint32_t> cell_of(grouping.groups_size() + 1, kNone);
  std::vector<std::vector<Interval>> cells;
  for (const uint32_t bin : kept.Values()) {
    uint32_t& cell = cell_of[GroupAt(grouping, bin)];
    if (cell == kNone) {
      cell = cells.size();
      cells.emplace_back();
    }
    Append(bin, &cells[cell]);
  }
  std::vector<IntervalSet> groups;
  groups.reserve(cells.size());
  for (std::vector<Interval>& cell : cells) groups.emplace_back(std::move(cell));
  return groups;
}

// One to one: bins are in one group of these where they are in one group of the grouping.
bool Parts(const v1::Grouping& grouping, const std::vector<IntervalSet>& groups) {
  std::vector<uint32_t> of_declared(grouping.groups_size() + 1, kNone);
  for (uint32_t group = 0; group < groups.size(); ++group) {
    uint32_t declared = kNone;
    for (const uint32_t bin : groups[group].Values()) {
      const uint32_t at = GroupAt(grouping, bin);
      if (declared == kNone) declared = at;
      if (at != declared || (of_declared[at] != kNone && of_declared[at] != group)) return false;
      of_declared[at] = group;
    }
  }
  return true;
}

}  // namespace

bool IsGrouped(const v1::Dimension& dimension) {
  return dimension.groups_size() > 0 || dimension.grouping() > 0;
}

std::vector<IntervalSet> GroupsOf(const v1::Dimension& dimension, const v1::Column& column,
                                  const IntervalSet& kept) {
  if (dimension.grouping() > 0) {
    return DeclaredGroups(column.groupings(static_cast<int>(dimension.grouping()) - 1), kept);
  }
  std::vector<IntervalSet> groups;
  groups.reserve(dimension.groups_size());
  for (const v1::Dimension::Group& group : dimension.groups()) groups.push_back(BinsOfGroup(group));
  return groups;
}

uint32_t DeclaredAs(const std::vector<IntervalSet>& groups, const v1::Column& column) {
  const auto& all = column.groupings();
  const auto found = std::find_if(all.begin(), all.end(), [&](const v1::Grouping& grouping) {
    return Parts(grouping, groups);
  });
  return found == all.end() ? 0 : found - all.begin() + 1;
}

bool SetGroups(const std::vector<IntervalSet>& groups, const v1::Column& column,
               v1::Dimension* dimension) {
  const bool several = std::any_of(groups.begin(), groups.end(),
                                   [](const IntervalSet& bins) { return bins.Count() > 1; });
  const bool long_list = governance::HasLongList(column);
  if (!several && !long_list) return true;
  dimension->set_grouping(DeclaredAs(groups, column));
  if (dimension->grouping() > 0) return true;
  if (long_list) return false;
  for (const IntervalSet& bins : groups) {
    dimension->add_groups()->set_bins(ToBits(bins, BinCount(column, dimension->unit())));
  }
  return true;
}

}  // namespace commons::query
