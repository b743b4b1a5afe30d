#include "query/asker/find_project.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/document/id_prefix.h"
#include "governance/document/refusal.h"

namespace commons::query {
namespace {

using governance::Refuse;
using Project = governance::ProjectInForce;
using Projects = std::vector<const Project*>;

constexpr size_t kShownMax = 5;  // anybody publishes as many as they like

// What a question is about, and who asks.
struct Asked {
  const governance::Register& reg;
  const OrgId& own;
  const v1::PrepareRequest& request;
  absl::string_view dataset;
  absl::Time now;
};

template <typename Predicate>
Projects Those(const Projects& all, Predicate&& predicate) {
  Projects some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some), predicate);
  return some;
}

bool Holds(const google::protobuf::RepeatedPtrField<std::string>& list, absl::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

Projects InForce(const Asked& asked) {
  return Those(asked.reg.Projects(), [&](const Project* p) {
    return p->matured_at <= asked.now &&
           (p->expires_at == 0 || absl::FromUnixSeconds(p->expires_at) > asked.now);
  });
}

bool Approved(const Asked& asked, const Project& project) {
  return asked.reg.ProjectApprovalBy(asked.own, project.id, asked.now).has_value();
}

Projects Covering(const Asked& asked, const Projects& all) {
  return Those(all, [&](const Project* p) {
    return Holds(p->project->datasets(), asked.dataset) &&
           Holds(p->project->researchers(), asked.request.researcher());
  });
}

Projects ApprovedOf(const Asked& asked, const Projects& all) {
  return Those(all, [&](const Project* p) { return Approved(asked, *p); });
}

Projects Named(const Asked& asked, const Projects& all) {
  if (asked.request.project().empty()) return all;
  return Those(all,
               [&](const Project* p) { return p->project->name() == asked.request.project(); });
}

// Those that the asking organisation approved or, where it has approved none, published itself; or
// any, where it has approved nothing at all that would do: who holds no data has nothing to
// approve. Of these, those of the purpose if there are any; else it is the purpose that the refusal
// is about.
Projects Usable(const Asked& asked, const Projects& named) {
  const Projects covering = Covering(asked, named);
  Projects own = ApprovedOf(asked, covering);
  if (own.empty()) own = Those(covering, [&](const Project* p) { return p->issuer == asked.own; });
  if (own.empty() && ApprovedOf(asked, Covering(asked, InForce(asked))).empty()) own = covering;
  Projects of_purpose = Those(own, [&](const Project* p) {
    return Holds(p->project->purposes(), asked.request.purpose());
  });
  return of_purpose.empty() ? own : of_purpose;
}

std::string Shown(std::vector<std::string> words) {
  const size_t more = words.size() > kShownMax ? words.size() - kShownMax : 0;
  words.resize(words.size() - more);
  return absl::StrCat(absl::StrJoin(words, ", "), more == 0 ? "" : absl::StrCat(" and ", more),
                      more == 0 ? "" : " more");
}

// Only an id tells those of one name apart.
std::string IdsAndIssuers(const Asked& asked, const Projects& projects) {
  std::vector<std::string> words;
  for (const Project* project : projects) {
    const auto* issuer = asked.reg.FindMember(project->issuer);
    words.push_back(
        absl::StrCat(project->id.ToHex(), issuer ? " of " : "", issuer ? issuer->name : ""));
  }
  return Shown(std::move(words));
}

// What may be named here, and what may be later.
std::string WhatThereIs(const Asked& asked) {
  std::vector<std::string> known, later;
  for (const Project* project : asked.reg.Projects()) {
    if (project->matured_at <= asked.now) continue;
    later.push_back(absl::StrCat(
        project->project->name(), " from ",
        absl::FormatTime("%Y-%m-%d %H:%M UTC", project->matured_at, absl::UTCTimeZone())));
  }
  for (const Project* project : InForce(asked)) {
    if (Approved(asked, *project)) known.push_back(project->project->name());
  }
  return absl::StrCat("; in force and approved here: ", known.empty() ? "none" : Shown(known),
                      later.empty() ? "" : "; cooling off: ", Shown(later));
}

absl::Status SeveralProjects(const Asked& asked, const Projects& found) {
  const std::string& name = asked.request.project();
  const std::string ids = IdsAndIssuers(asked, found);
  return Refuse(v1::PROJECT_NOT_APPROVED,
                name.empty()
                    ? absl::StrCat("name the project (--project), by its name or id: ", ids)
                    : absl::StrCat(found.size(), " projects are named ", name,
                                   "; name one by its id, or the beginning of it: ", ids));
}

// `close`: what would be meant if this organisation stood for it.
absl::Status NoProject(const Asked& asked, const Projects& close) {
  const std::string& name = asked.request.project();
  std::string message;
  if (!close.empty()) {
    message = absl::StrCat(
        "no project", name.empty() ? "" : absl::StrCat(" named ", name),
        " that the asking organisation approved is of this researcher's key and ", asked.dataset,
        "; to ask under another, name it by its id: ", IdsAndIssuers(asked, close));
  } else if (!name.empty()) {
    message = absl::StrCat("no project in force is named ", name);
  } else {
    message = absl::StrCat("no project in force is of this researcher's key and ", asked.dataset,
                           " (--as, --project)");
  }
  return Refuse(v1::PROJECT_NOT_APPROVED, absl::StrCat(message, WhatThereIs(asked)));
}

}  // namespace

absl::StatusOr<const Project*> FindProject(const governance::Register& reg, const OrgId& own,
                                           const v1::PrepareRequest& request,
                                           absl::string_view dataset, absl::Time now) {
  const Asked asked{reg, own, request, dataset, now};
  const Projects all = InForce(asked);
  for (const Project* project : all) {
    if (project->id.ToHex() == request.project()) return project;
  }
  const Projects named = Named(asked, all);
  Projects found = Usable(asked, named);
  // Who tries long enough finds an id that begins like another: then the whole id is needed.
  for (const Project* project : all) {
    if (governance::IdBegins(request.project(), project->id) &&
        std::find(found.begin(), found.end(), project) == found.end()) {
      found.push_back(project);
    }
  }
  if (found.size() == 1) return found[0];
  if (found.size() > 1) return SeveralProjects(asked, found);
  return NoProject(asked, request.project().empty() ? Covering(asked, all) : named);
}

}  // namespace commons::query
