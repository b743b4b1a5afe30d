#include "clients/answer/not_holding.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/answer/json_text.h"
#include "clients/answer/table.h"
#include "governance/document/text.h"

namespace commons::clients {

std::string NotHoldingJson(const NotHoldings& members) {
  return JsonArray(members, [](const v1::NotHolding& member) {
    return JsonObject().Text("member", member.member()).Text("why", member.why()).Build();
  });
}

std::string NotHoldingText(const NotHoldings& members) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const v1::NotHolding& member : members) by_reason[member.why()].push_back(member.member());
  std::string out;
  for (const auto& [why, names] : by_reason) {
    const std::string line = absl::StrCat("not asked (", why, "): ", absl::StrJoin(names, ", "));
    absl::StrAppend(&out, "  ", governance::OneLine(line, kWordsBytes), "\n");
  }
  return out;
}

}  // namespace commons::clients
