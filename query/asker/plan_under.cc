#include "query/asker/plan_under.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "governance/document/refusal.h"
#include "governance/rules/decide.h"
#include "governance/rules/rule_in_force.h"
#include "query/asker/find_project.h"
#include "query/question/owners.h"
#include "query/sql/planner.h"

namespace commons::query {

using governance::Refuse;
using Project = governance::ProjectInForce;

namespace {

absl::Status UnknownDataset(const governance::Register& reg, absl::string_view dataset) {
  const std::string nearest = Nearest(dataset, reg.Datasets());
  return Refuse(v1::UNKNOWN_DATASET,
                absl::StrCat("no dataset is named ", dataset,
                             nearest.empty() ? "" : absl::StrCat("; the nearest is ", nearest)));
}

std::vector<v1::Rule> RulesOf(const governance::Register& reg, absl::string_view dataset,
                              absl::Time now) {
  std::vector<v1::Rule> rules;
  for (const governance::Organisation* owner : OwnersOf(reg, dataset)) {
    // An owner without a rule is closed: it will refuse, and says nothing about the others.
    if (auto rule = governance::RuleInForce(reg, owner->id, dataset, now); rule.ok()) {
      rules.push_back(std::move(rule->rule));
    }
  }
  return rules;
}

v1::Release ReleaseOf(const std::vector<v1::Rule>& rules) {
  const bool open = !rules.empty() && std::all_of(rules.begin(), rules.end(), [](const auto& r) {
    return r.release() == v1::OPEN;
  });
  return open ? v1::OPEN : v1::PROTECTED;
}

v1::NoiseClass NoiseOf(const std::vector<v1::Rule>& rules) {
  v1::NoiseClass strictest = rules.empty() ? v1::STANDARD : v1::LIGHT;
  for (const v1::Rule& rule : rules) strictest = std::max(strictest, rule.noise());
  return strictest;
}

absl::StatusOr<std::string> PurposeOf(const v1::PrepareRequest& request, const Project& project,
                                      const v1::Standard& standard,
                                      const std::vector<v1::Rule>& rules) {
  const auto& allowed = standard.purposes();
  if (!request.purpose().empty() && !allowed.empty() &&
      std::find(allowed.begin(), allowed.end(), request.purpose()) == allowed.end()) {
    return Refuse(v1::PURPOSE_NOT_ALLOWED,
                  absl::StrCat(standard.dataset(), " may not be used for '", request.purpose(),
                               "'; its definition allows: ", absl::StrJoin(allowed, ", ")));
  }
  if (!request.purpose().empty()) return request.purpose();
  const auto& stated = project.project->purposes();
  std::set<std::string> possible(stated.begin(), stated.end());
  for (const v1::Rule& rule : rules) {
    std::erase_if(possible, [&](const std::string& purpose) {
      return std::find(rule.purposes().begin(), rule.purposes().end(), purpose) ==
             rule.purposes().end();
    });
  }
  if (possible.size() == 1) return *possible.begin();
  if (stated.size() == 1) return stated[0];  // the owners say why not
  return Refuse(v1::PURPOSE_NOT_ALLOWED,
                absl::StrCat("name the purpose (--purpose): ",
                             absl::StrJoin(possible.empty()
                                               ? std::set<std::string>(stated.begin(), stated.end())
                                               : possible,
                                           ", ")));
}

}  // namespace

absl::StatusOr<Plan> PlanUnder(const governance::Register& reg, const OrgId& own,
                               const v1::PrepareRequest& request, absl::Time now) {
  const auto look_up = [&](absl::string_view dataset) -> absl::StatusOr<DatasetView> {
    const governance::StandardInForce* standard = reg.FindStandard(dataset);
    if (standard == nullptr) return UnknownDataset(reg, dataset);
    return DatasetView{&standard->standard, standard->id, ReleaseOf(RulesOf(reg, dataset, now))};
  };
  ASSIGN_OR_RETURN(Plan plan, PlanQuery(request.sql(), look_up, request.researcher()));
  const std::string dataset = plan.question.dataset();
  if (OwnersOf(reg, dataset).empty()) {
    return Refuse(v1::NO_DATA, absl::StrCat(dataset, ": no member holds it; ",
                                            NotHoldingWords(NotHoldingOf(reg, dataset))));
  }
  const std::vector<v1::Rule> rules = RulesOf(reg, dataset, now);
  ASSIGN_OR_RETURN(const Project* project, FindProject(reg, own, request, dataset, now));
  const v1::Standard& standard = reg.FindStandard(dataset)->standard;
  ASSIGN_OR_RETURN(const std::string purpose, PurposeOf(request, *project, standard, rules));
  plan.question.set_commons_id(reg.commons_id().ToBytes());
  plan.question.set_project(project->id.ToBytes());
  plan.question.set_purpose(purpose);
  plan.question.set_release(ReleaseOf(rules));
  if (plan.question.release() == v1::OPEN) RETURN_IF_ERROR(governance::MayBeOpen(standard));
  if (plan.question.release() == v1::PROTECTED) plan.question.set_noise(NoiseOf(rules));
  return plan;
}

}  // namespace commons::query
