#include "query/member/membership_age.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "governance/document/refusal.h"

namespace commons::query {

absl::Status CheckMembershipAge(const v1::Rule& rule, const std::vector<OrgId>& members,
                                const governance::Register& reg, absl::Time now) {
  if (rule.min_membership_days() == 0) return absl::OkStatus();
  const absl::Duration wanted = absl::Hours(24) * rule.min_membership_days();
  const auto counting = std::count_if(members.begin(), members.end(), [&](const OrgId& id) {
    const governance::Organisation* member = reg.FindMember(id);
    return member != nullptr && now - member->admitted_at >= wanted;
  });
  if (counting >= static_cast<int64_t>(rule.min_members())) return absl::OkStatus();
  return governance::Refuse(v1::TOO_FEW_MEMBERS,
                            absl::StrCat("wants at least ", rule.min_members(),
                                         " that have been members for ", rule.min_membership_days(),
                                         " days, ", counting, counting == 1 ? " has" : " have"));
}

}  // namespace commons::query
