#include "governance/rules/rule_check.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/payload.h"

namespace commons::governance {
namespace {

constexpr int kRuleListEntriesMax = 4096;

template <typename List>
absl::Status CheckList(const List& list, size_t bytes, absl::string_view name) {
  if (list.size() > kRuleListEntriesMax) return Malformed(absl::StrCat("rule: too many ", name));
  for (const std::string& entry : list) {
    const bool nothing = entry.empty() && list.size() == 1;
    const bool fits =
        bytes > 0 ? entry.size() == bytes : !entry.empty() && entry.size() <= limits::kLabelBytes;
    if (!nothing && !fits) return Malformed(absl::StrCat("rule: an entry of ", name));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateRule(const v1::Rule& rule) {
  RETURN_IF_ERROR(CheckList(rule.purposes(), 0, "purposes"));
  RETURN_IF_ERROR(CheckList(rule.columns(), 0, "columns"));
  RETURN_IF_ERROR(CheckList(rule.asking_orgs(), 32, "asking_orgs"));
  RETURN_IF_ERROR(CheckList(rule.researchers(), 32, "researchers"));
  RETURN_IF_ERROR(CheckList(rule.legal_bases(), 0, "legal_bases"));
  RETURN_IF_ERROR(CheckList(rule.labels(), 0, "labels"));
  return CheckList(rule.prohibited(), 0, "prohibited");
}

}  // namespace commons::governance
