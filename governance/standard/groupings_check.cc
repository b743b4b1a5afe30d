#include "governance/standard/groupings_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/text.h"
#include "governance/standard/roles.h"
#include "governance/standard/texts_check.h"

namespace commons::governance {
namespace {

template <typename... Parts>
absl::Status Invalid(const Parts&... what) {
  return absl::InvalidArgumentError(absl::StrCat(what...));
}

absl::Status CheckGroup(const v1::Code& group, std::set<std::string>* values,
                        std::set<std::string>* labels) {
  for (const std::string& text : {group.value(), group.label()}) {
    RETURN_IF_ERROR(
        Because(absl::StrCat("the group ", Quoted(text)), CheckText(text, limits::kLabelBytes)));
  }
  if (group.also_size() > 0 || !group.exclusive_org().empty()) {
    return Invalid("the group ", Quoted(group.value()), " has a value and a label, no more");
  }
  if (!values->insert(group.value()).second) {
    return Invalid("the group ", Quoted(group.value()), " is there twice; keep one");
  }
  if (labels->insert(group.label()).second) return absl::OkStatus();
  return Invalid("the label ", Quoted(group.label()), " stands for two groups; make them differ");
}

absl::Status CheckGroups(const v1::Grouping& grouping) {
  if (grouping.groups().empty() ||
      grouping.groups_size() > static_cast<int>(limits::kCodesPerColumn)) {
    return Invalid("has ", grouping.groups_size(), " groups; give 1 to ", limits::kCodesPerColumn);
  }
  std::set<std::string> values, labels;
  for (const v1::Code& group : grouping.groups()) {
    RETURN_IF_ERROR(CheckGroup(group, &values, &labels));
  }
  return absl::OkStatus();
}

// Every code in one group, every group with a code.
absl::Status CheckParts(const v1::Grouping& grouping, const v1::Column& column) {
  if (grouping.group_of_size() != column.codes_size()) {
    return Invalid("does not say of each code in which group it is");
  }
  std::vector<bool> used(grouping.groups_size());
  for (const uint32_t group : grouping.group_of()) {
    if (group >= used.size()) return Invalid("puts a code in a group that is not there");
    used[group] = true;
  }
  const auto unused = std::find(used.begin(), used.end(), false);
  if (unused == used.end()) return absl::OkStatus();
  return Invalid("the group ",
                 Quoted(grouping.groups(static_cast<int>(unused - used.begin())).value()),
                 " has no code; remove it");
}

absl::Status CheckGrouping(const v1::Grouping& grouping, const v1::Column& column) {
  RETURN_IF_ERROR(Because("its name", CheckText(grouping.name(), limits::kNameBytes)));
  RETURN_IF_ERROR(CheckTexts(grouping.title()));
  RETURN_IF_ERROR(CheckGroups(grouping));
  return CheckParts(grouping, column);
}

}  // namespace

absl::Status CheckGroupings(const v1::Column& column) {
  if (HasLongList(column) && column.groupings().empty()) {
    return Invalid("has more than ", limits::kCodesPerColumn,
                   " codes; name groups of them to group by (commons:groups), or use "
                   "commons:breaks");
  }
  if (column.groupings().empty()) return absl::OkStatus();
  if (column.role() != v1::DIMENSION || column.codes().empty() || column.type() == v1::BOOLEAN ||
      HasResponses(column)) {
    return Invalid("groups are of the codes of a dimension with a list of them, one to a row");
  }
  if (column.groupings_size() > static_cast<int>(limits::kGroupingsPerColumn)) {
    return Invalid("has more than ", limits::kGroupingsPerColumn, " groupings; keep those in use");
  }
  for (const v1::Grouping& grouping : column.groupings()) {
    RETURN_IF_ERROR(Because(absl::StrCat("the grouping ", Quoted(grouping.name()), ":"),
                            CheckGrouping(grouping, column)));
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
