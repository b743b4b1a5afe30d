#include "query/asker/coverage.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/kinds/dataset/manifest.h"

namespace commons::query {

std::string LeftOutSentence(const governance::Register& reg, absl::string_view dataset,
                            const std::vector<OrgId>& members) {
  std::map<std::string, uint32_t> shares;
  for (const OrgId& org : members) {
    const governance::Organisation* member = reg.FindMember(org);
    const auto* notices = reg.Manifests(org, dataset);
    if (member == nullptr || notices == nullptr) continue;
    const uint32_t share = notices->versions.back().payload->left_out_percent();
    if (share > governance::kLeftOutPercentUsual) shares[member->name] = share;
  }
  if (shares.empty()) return "";
  return absl::StrCat(
      shares.size(), " of ", members.size(), members.size() == 1 ? " member" : " members",
      " left out more than ", governance::kLeftOutPercentUsual, " % of their rows: ",
      absl::StrJoin(shares, ", ",
                    [](std::string* out, const auto& share) {
                      absl::StrAppend(out, share.first, " (at most ", share.second, " %)");
                    }),
      ".");
}

}  // namespace commons::query
