#include "governance/rules/decide.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/register/expiry.h"
#include "governance/rules/frozen.h"
#include "governance/rules/meet.h"
#include "governance/standard/held_under.h"
#include "governance/standard/not_held.h"
#include "governance/standard/roles.h"

namespace commons::governance {
namespace {

template <typename List>
bool Contains(const List& list, absl::string_view value) {
  return std::any_of(list.begin(), list.end(), [&](const auto& v) { return v == value; });
}

// An intersection list: empty allows everything.
template <typename List>
bool Allows(const List& list, absl::string_view value) {
  return list.empty() || Contains(list, value);
}

// A list that holds just the empty text allows nothing.
template <typename List>
std::string AllowedWords(const List& list) {
  const std::string words = absl::StrJoin(list, ", ");
  return words.empty() ? "none" : words;
}

bool Passed(int64_t seconds, absl::Time now) {
  return seconds != 0 && absl::FromUnixSeconds(seconds) <= now;
}

absl::Status CheckMember(const Register& reg, const OrgId& id, absl::string_view role,
                         absl::Time now) {
  const Organisation* org = reg.FindMember(id);
  if (!reg.founded() || org == nullptr || org->suspended) {
    return Refuse(v1::NOT_A_MEMBER, absl::StrCat("the ", role, " is not an active member"));
  }
  if (org->left) {
    return Refuse(v1::NOT_A_MEMBER, absl::StrCat("'", org->name, "' has left the commons"));
  }
  if (org->practice && !reg.charter().practice()) {
    return Refuse(v1::PRACTICE_KEY, absl::StrCat("'", org->name, "' has practice keys"));
  }
  if (org->CardExpiredAt(now)) {
    return Refuse(v1::EXPIRED, absl::StrCat("the organisation card of '", org->name, "'"));
  }
  return absl::OkStatus();
}

// Whether the rows that a notice names are of the definition asked about, or of an earlier one that
// says the same of the columns used.
absl::Status CheckDefinition(const Register& reg, const AskRequest& request,
                             const v1::Standard& asked, absl::string_view held_id) {
  if (held_id == request.standard_id.view()) return absl::OkStatus();
  const StandardInForce* held = reg.FindDefinition(request.dataset, held_id);
  if (held == nullptr) {
    return Refuse(v1::WRONG_STANDARD, absl::StrCat("'", request.dataset,
                                                   "' is held under a definition that was never "
                                                   "agreed on"));
  }
  return CheckHeldUnder(held->standard, asked, request.columns, request.groupings);
}

// The newest notice, met with every version back to the newest matured one.
absl::Status TakeManifest(const Register& reg, const OrgId& owner, const AskRequest& request,
                          const v1::Standard& asked, absl::Time now, Permission& permission) {
  const auto* chain = reg.Manifests(owner, request.dataset);
  if (chain == nullptr || !chain->At(now).opened) {
    return Refuse(v1::NO_DATA, absl::StrCat("no notice of '", request.dataset, "' is in force"));
  }
  const auto in_force = chain->At(now);
  for (const auto& version : in_force.versions) {
    RETURN_IF_ERROR(CheckDefinition(reg, request, asked, version.payload->standard_id()));
    RETURN_IF_ERROR(CheckColumnsHeld(*version.payload, asked, request.columns));
    v1::Rule labels;
    *labels.mutable_labels() = version.payload->labels();
    permission.rule.rule = Meet(permission.rule.rule, labels);
    permission.documents.push_back(version.id);
  }
  if (IsClosedByExpiry(*chain, now)) return Refuse(v1::EXPIRED, "the notice of holdings");
  permission.manifest = *in_force.versions.back().payload;
  permission.manifest_id = in_force.versions.back().id;
  if (permission.manifest.epoch() == 0) {
    return Refuse(v1::NO_DATA, absl::StrCat("'", request.dataset, "' is not held any more"));
  }
  return absl::OkStatus();
}

absl::Status CheckHold(const Permission& permission, absl::Time now) {
  const uint32_t days = permission.rule.rule.hold_days();
  if (days == 0) return absl::OkStatus();
  const auto as_of = ParseDate(permission.manifest.as_of(), PeriodUnit::kDay);
  if (!as_of.has_value() || DayOf(now) - *as_of < static_cast<int64_t>(days)) {
    return Refuse(v1::NO_DATA, absl::StrCat("the edition of ", permission.manifest.as_of(),
                                            " is held back for ", days, " days from that date"));
  }
  return absl::OkStatus();
}

absl::Status CheckRelease(const AskRequest& request, const v1::Standard& standard,
                          const v1::Rule& rule) {
  if (request.release != v1::PROTECTED && request.release != v1::OPEN) {
    return Refuse(v1::RELEASE_NOT_ALLOWED, "the question names no release");
  }
  if (request.release == v1::OPEN) {
    if (rule.release() == v1::OPEN) return MayBeOpen(standard);
    return Refuse(v1::RELEASE_NOT_ALLOWED, "the owner's release is protected");
  }
  if (request.noise < rule.noise() || request.noise == v1::NOISE_CLASS_UNSPECIFIED) {
    return Refuse(v1::NOISE_TOO_FINE,
                  absl::StrCat("the owner asks for ", v1::NoiseClass_Name(rule.noise())));
  }
  if (request.uses_foreign_exclusive_code && rule.exclusive_cells() != v1::ALLOW) {
    return Refuse(v1::EXCLUSIVE_CELLS, "a code that only one organisation can have");
  }
  return absl::OkStatus();
}

absl::Status CheckPurpose(const AskRequest& request, const v1::Rule& rule) {
  // A purpose must be allowed by name: a list that nobody set allows none.
  if (request.purpose.empty() || !Contains(rule.purposes(), request.purpose) ||
      Contains(rule.prohibited(), request.purpose)) {
    return Refuse(
        v1::PURPOSE_NOT_ALLOWED,
        absl::StrCat("purpose '", request.purpose, "'; allowed: ", AllowedWords(rule.purposes())));
  }
  return absl::OkStatus();
}

absl::Status CheckColumns(const AskRequest& request, const v1::Standard& standard,
                          const v1::Rule& rule) {
  for (const uint32_t index : request.columns) {
    if (index >= static_cast<uint32_t>(standard.columns_size())) {
      return Refuse(v1::MALFORMED, absl::StrCat("column ", index, " of the definition"));
    }
    const v1::Column& column = standard.columns(static_cast<int>(index));
    if (!IsQueryable(column) || !Allows(rule.columns(), column.name()) ||
        Contains(rule.prohibited(), column.name())) {
      return Refuse(v1::COLUMN_NOT_ALLOWED, absl::StrCat("column '", column.name(), "'"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRequester(const Register& reg, const AskRequest& request, const v1::Rule& rule,
                            absl::Time now, std::vector<DocId>& documents) {
  if (!Allows(rule.asking_orgs(), request.asking_org.view())) {
    return Refuse(v1::REQUESTER_NOT_ALLOWED, "the asking organisation is not on the owner's list");
  }
  if (!Allows(rule.researchers(), request.researcher.view())) {
    return Refuse(v1::REQUESTER_NOT_ALLOWED, "the researcher is not on the owner's list");
  }
  const auto accreditation = reg.AccreditationOf(request.researcher, now);
  if (!accreditation.has_value()) {
    return Refuse(v1::NOT_ACCREDITED, "no accreditation of the researcher's key is in force");
  }
  documents.push_back(*accreditation);
  return absl::OkStatus();
}

absl::Status CheckProject(const Register& reg, const OrgId& owner, const AskRequest& request,
                          const v1::Rule& rule, absl::Time now, std::vector<DocId>& documents) {
  const auto* project = reg.FindProject(request.project);
  const auto no = [](absl::string_view why) { return Refuse(v1::PROJECT_NOT_APPROVED, why); };
  if (project == nullptr || project->matured_at > now) return no("no such project is in force");
  const Organisation* issuer = reg.FindMember(project->issuer);
  if (issuer == nullptr || issuer->suspended) return no("the project's organisation is suspended");
  if (issuer->CardExpiredAt(now)) {
    return Refuse(v1::EXPIRED, "the organisation card of the project's organisation");
  }
  if (issuer->left) return no("the project's organisation has left");
  if (Passed(project->expires_at, now)) return Refuse(v1::EXPIRED, "the project");
  if (!Contains(project->project->purposes(), request.purpose)) {
    return no("not the project's purpose");
  }
  if (!Contains(project->project->datasets(), request.dataset)) {
    return no("not the project's dataset");
  }
  if (!Contains(project->project->researchers(), request.researcher.view())) {
    return no("the researcher is not in the project");
  }
  if (!Allows(rule.legal_bases(), project->project->legal_basis())) {
    return Refuse(v1::PURPOSE_NOT_ALLOWED,
                  absl::StrCat("on the project's legal basis '", project->project->legal_basis(),
                               "'; allowed: ", AllowedWords(rule.legal_bases())));
  }
  const auto approval = reg.ProjectApprovalBy(owner, request.project, now);
  if (!approval.has_value()) return no("the owner has not approved the project");
  documents.push_back(project->id);
  documents.push_back(*approval);
  return absl::OkStatus();
}

}  // namespace

// Whole datasets are open, and only those in which nothing stands for a person.
absl::Status MayBeOpen(const v1::Standard& standard) {
  if (!standard.entity().empty()) {
    return Refuse(v1::RELEASE_NOT_ALLOWED,
                  absl::StrCat("'", standard.dataset(), "' tells people apart by '",
                               standard.entity(), "' (commons:entity), so it can't be open"));
  }
  for (const v1::Column& column : standard.columns()) {
    if (column.role() == v1::IDENTIFIER || column.role() == v1::LINKAGE_KEY ||
        column.role() == v1::HIDDEN) {
      return Refuse(v1::RELEASE_NOT_ALLOWED, absl::StrCat("'", standard.dataset(), "' keeps '",
                                                          column.name(), "', so it can't be open"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Permission> Decide(const Register& reg, const OrgId& owner,
                                  const AskRequest& request, absl::Time now) {
  RETURN_IF_ERROR(CheckMember(reg, request.asking_org, "asking organisation", now));
  RETURN_IF_ERROR(CheckMember(reg, owner, "owner", now));
  RETURN_IF_ERROR(CheckNotFrozen(reg, owner, request));
  const StandardInForce* standard = reg.FindStandard(request.dataset);
  if (standard == nullptr) {
    return Refuse(v1::UNKNOWN_DATASET,
                  absl::StrCat("no common definition of '", request.dataset, "'"));
  }
  if (standard->id != request.standard_id) {
    return Refuse(v1::WRONG_STANDARD,
                  "the question is about another definition than the one in force");
  }
  Permission permission;
  ASSIGN_OR_RETURN(permission.rule, RuleInForce(reg, owner, request.dataset, now));
  permission.documents = permission.rule.documents;
  RETURN_IF_ERROR(TakeManifest(reg, owner, request, standard->standard, now, permission));
  const v1::Rule& rule = permission.rule.rule;
  RETURN_IF_ERROR(CheckHold(permission, now));
  RETURN_IF_ERROR(CheckRelease(request, standard->standard, rule));
  RETURN_IF_ERROR(CheckPurpose(request, rule));
  RETURN_IF_ERROR(CheckColumns(request, standard->standard, rule));
  RETURN_IF_ERROR(CheckRequester(reg, request, rule, now, permission.documents));
  RETURN_IF_ERROR(CheckProject(reg, owner, request, rule, now, permission.documents));
  std::sort(permission.documents.begin(), permission.documents.end());
  return permission;
}

}  // namespace commons::governance
