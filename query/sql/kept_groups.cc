#include "query/sql/kept_groups.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "query/sql/names/resolve.h"

namespace commons::query::sql {
namespace {

// Of each group whether its codes are kept; nothing where some of one are and some are not.
std::optional<std::vector<bool>> Kept(const v1::Grouping& grouping, const IntervalSet& kept) {
  std::vector<std::optional<bool>> seen(grouping.groups_size());
  for (int code = 0; code < grouping.group_of_size(); ++code) {
    std::optional<bool>& group = seen[grouping.group_of(code)];
    const bool is_kept = kept.Contains(code);
    if (group.value_or(is_kept) != is_kept) return std::nullopt;
    group = is_kept;
  }
  std::vector<bool> out;
  for (const std::optional<bool>& group : seen) out.push_back(group.value_or(false));
  return out;
}

std::string Condition(const v1::Grouping& grouping, const std::vector<bool>& kept, size_t listed) {
  std::vector<std::string> in, out;
  for (int group = 0; group < grouping.groups_size(); ++group) {
    (kept[group] ? in : out).push_back(QuoteText(grouping.groups(group).value()));
  }
  const bool negated = in.size() > out.size();
  const std::vector<std::string>& named = negated ? out : in;
  if (named.empty() || named.size() >= listed) return "";
  const std::string name = QuoteName(grouping.name());
  if (named.size() == 1) return absl::StrCat(name, negated ? " <> " : " = ", named[0]);
  return absl::StrCat(name, negated ? " NOT IN (" : " IN (", absl::StrJoin(named, ", "), ")");
}

}  // namespace

std::string GroupsKept(const v1::Column& column, const IntervalSet& kept, size_t listed) {
  for (const v1::Grouping& grouping : column.groupings()) {
    const std::optional<std::vector<bool>> groups = Kept(grouping, kept);
    if (!groups.has_value()) continue;
    if (std::string condition = Condition(grouping, *groups, listed); !condition.empty()) {
      return condition;
    }
  }
  return "";
}

}  // namespace commons::query::sql
