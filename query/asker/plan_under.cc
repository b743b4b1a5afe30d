#include "query/asker/plan_under.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/nearest.h"
#include "base/status.h"
#include "governance/document/id_prefix.h"
#include "governance/document/refusal.h"
#include "governance/rules/decide.h"
#include "governance/rules/rule_in_force.h"
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

bool InForce(const Project& project, absl::Time now) {
  return project.matured_at <= now &&
         (project.expires_at == 0 || absl::FromUnixSeconds(project.expires_at) > now);
}

bool Covers(const Project& project, const v1::PrepareRequest& request, absl::string_view dataset) {
  const auto& datasets = project.project->datasets();
  const auto& researchers = project.project->researchers();
  return std::find(datasets.begin(), datasets.end(), dataset) != datasets.end() &&
         std::find(researchers.begin(), researchers.end(), request.researcher()) !=
             researchers.end();
}

// Any member may publish a project of a name that is taken: only an id tells them apart.
std::string IdsAndIssuers(const governance::Register& reg,
                          const std::vector<const Project*>& projects) {
  return absl::StrJoin(projects, ", ", [&](std::string* out, const Project* project) {
    const auto* issuer = reg.FindMember(project->issuer);
    absl::StrAppend(out, project->id.ToHex(), issuer ? " of " : "", issuer ? issuer->name : "");
  });
}

absl::Status NoSingleProject(const governance::Register& reg, const v1::PrepareRequest& request,
                             absl::string_view dataset, const std::vector<const Project*>& found,
                             absl::Time now) {
  if (!request.project().empty() && found.size() > 1) {
    return Refuse(
        v1::PROJECT_NOT_APPROVED,
        absl::StrCat(found.size(), " projects are named ", request.project(),
                     "; name one by its id, or the beginning of it: ", IdsAndIssuers(reg, found)));
  }
  std::set<std::string> known, later;
  for (const Project* project : reg.Projects()) {
    if (InForce(*project, now)) {
      known.insert(project->project->name());
    } else if (project->matured_at > now) {
      later.insert(absl::StrCat(
          project->project->name(), " from ",
          absl::FormatTime("%Y-%m-%d %H:%M UTC", project->matured_at, absl::UTCTimeZone())));
    }
  }
  std::string message;
  if (!request.project().empty()) {
    message = absl::StrCat("no project in force is named ", request.project());
  } else if (found.empty()) {
    message = absl::StrCat("no project in force is of this researcher's key and ", dataset,
                           " (--as, --project)");
  } else {
    message = absl::StrCat("name the project (--project), by its name or id: ",
                           IdsAndIssuers(reg, found));
  }
  absl::StrAppend(&message, "; in force: ", known.empty() ? "none" : absl::StrJoin(known, ", "));
  if (!later.empty()) absl::StrAppend(&message, "; cooling off: ", absl::StrJoin(later, ", "));
  return Refuse(v1::PROJECT_NOT_APPROVED, message);
}

absl::StatusOr<const Project*> FindProject(const governance::Register& reg,
                                           const v1::PrepareRequest& request,
                                           absl::string_view dataset, absl::Time now) {
  std::vector<const Project*> found;
  for (const Project* project : reg.Projects()) {
    if (!InForce(*project, now)) continue;
    if (project->id.ToHex() == request.project()) return project;
    const bool asked_for = request.project().empty()
                               ? Covers(*project, request, dataset)
                               : request.project() == project->project->name() ||
                                     governance::IdBegins(request.project(), project->id);
    if (asked_for) found.push_back(project);
  }
  if (found.size() == 1) return found[0];
  return NoSingleProject(reg, request, dataset, found, now);
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

absl::StatusOr<Plan> PlanUnder(const governance::Register& reg, const v1::PrepareRequest& request,
                               absl::Time now) {
  const auto look_up = [&](absl::string_view dataset) -> absl::StatusOr<DatasetView> {
    const governance::StandardInForce* standard = reg.FindStandard(dataset);
    if (standard == nullptr) return UnknownDataset(reg, dataset);
    return DatasetView{&standard->standard, standard->id, ReleaseOf(RulesOf(reg, dataset, now))};
  };
  ASSIGN_OR_RETURN(Plan plan, PlanQuery(request.sql(), look_up, request.researcher()));
  const std::string dataset = plan.question.dataset();
  if (OwnersOf(reg, dataset).empty()) {
    return Refuse(v1::NO_DATA, absl::StrCat(dataset, ": no member holds it"));
  }
  const std::vector<v1::Rule> rules = RulesOf(reg, dataset, now);
  ASSIGN_OR_RETURN(const Project* project, FindProject(reg, request, dataset, now));
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
