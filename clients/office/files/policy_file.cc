#include "clients/office/files/policy_file.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "clients/office/files/policy_keys.h"
#include "governance/rules/decide.h"

namespace commons::clients {
namespace {

// Of noise, of what is shown and of what it costs: an open figure has none of it.
const std::set<std::string> kOfProtected = {"noise",
                                            "threshold",
                                            "rounding",
                                            "collusion",
                                            "yearly_budget_micro_rho",
                                            "project_budget",
                                            "researcher_budget",
                                            "asker_budget",
                                            "question_budget",
                                            "question_budget_micro_rho",
                                            "exclusive_cells"};

void SetDefaults(const PolicyDefaults& defaults, v1::Rule& rule) {
  rule.set_release(v1::PROTECTED);
  rule.set_noise(v1::STANDARD);
  rule.set_threshold(6);
  rule.set_rounding(3);
  rule.set_yearly_budget_micro_rho(500000);
  rule.set_collusion(v1::MINORITY);
  rule.set_exclusive_cells(v1::REFUSE);
  rule.set_reply_slot_ms(defaults.reply_slot_ms);
  for (const std::string& purpose : defaults.purposes) rule.add_purposes(purpose);
}

}  // namespace

absl::Status CheckFits(const v1::Rule& rule, const v1::Standard& standard,
                       const std::string& file) {
  const auto no = [&](const auto&... words) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": ", words...));
  };
  const absl::Status open =
      rule.release() == v1::OPEN ? governance::MayBeOpen(standard) : absl::OkStatus();
  if (!open.ok()) return no("release = \"open\": ", open.message());
  const auto& allowed = standard.purposes();
  for (const std::string& purpose : rule.purposes()) {
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), purpose) != allowed.end()) {
      continue;
    }
    return no("purposes: '", purpose, "' is not a commons:purpose of ", standard.dataset(),
              "; allowed: ", absl::StrJoin(allowed, ", "));
  }
  std::vector<std::string> columns;
  for (const v1::Column& column : standard.columns()) columns.push_back(column.name());
  for (const std::string& column : rule.columns()) {
    if (std::find(columns.begin(), columns.end(), column) != columns.end()) continue;
    return no("columns: '", column, "' is not a column of ", standard.dataset(), "; did you mean ",
              Nearest(column, columns), "?");
  }
  std::vector<std::string> named = columns;
  named.insert(named.end(), allowed.begin(), allowed.end());
  for (const std::string& never : rule.prohibited()) {
    // Where the definition names no purposes, any text may be one.
    const bool known = std::find(named.begin(), named.end(), never) != named.end();
    if (known || allowed.empty()) continue;
    return no("prohibited: '", never, "' is neither a column nor a purpose of ", standard.dataset(),
              "; did you mean ", Nearest(never, named), "?");
  }
  return absl::OkStatus();
}

absl::StatusOr<PolicyFile> ParsePolicy(absl::string_view toml, const std::string& file,
                                       const PolicyDefaults& defaults) {
  const toml::parse_result parsed = toml::parse(std::string_view(toml.data(), toml.size()));
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return absl::InvalidArgumentError(absl::StrCat(
        file, ":", error.source().begin.line, ": not TOML: ", std::string(error.description())));
  }
  PolicyFile policy;
  SetDefaults(defaults, policy.rule);
  for (const auto& [name, node] : parsed.table()) {
    const PolicyEntry entry{file, std::string(name.str()), node, defaults.members};
    if (entry.key == "roster") {
      return entry.Error("is not supported yet; the members that accept take part");
    }
    RETURN_IF_ERROR(ApplyEntry(entry, policy.rule, policy.cooling_off_seconds));
  }
  const bool all_open = policy.rule.release() == v1::OPEN && !defaults.floor;
  for (const auto& [name, node] : parsed.table()) {
    if (!all_open || !kOfProtected.count(std::string(name.str()))) continue;
    return PolicyEntry{file, std::string(name.str()), node, defaults.members}.Error(
        "means nothing beside release = \"open\", where every figure is exact, shown and free; "
        "leave it out");
  }
  if (policy.rule.purposes().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": purposes is missing; write purposes = [\"planning\"] for example"));
  }
  if (policy.rule.min_members() == 0) {
    policy.rule.set_min_members(policy.rule.release() == v1::OPEN ? 1 : 3);
  }
  return policy;
}

}  // namespace commons::clients
