#include "governance/rules/frozen.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "governance/document/refusal.h"
#include "governance/register/stop_words.h"

namespace commons::governance {
namespace {

// All versions of a project are the same to who stopped it.
bool IsProject(const Register& reg, const DocId& asked, const v1::Scope::Project& stopped) {
  const ProjectInForce* project = reg.FindProject(asked);
  return project != nullptr && project->issuer.view() == stopped.issuer() &&
         project->project->name() == stopped.name();
}

bool Covers(const Register& reg, const v1::Scope& scope, const AskRequest& request) {
  switch (scope.scope_case()) {
    case v1::Scope::kDataset:
      return scope.dataset() == request.dataset;
    case v1::Scope::kPurpose:
      return scope.purpose() == request.purpose;
    case v1::Scope::kRequester:
      return scope.requester() == request.asking_org.view() ||
             scope.requester() == request.researcher.view();
    case v1::Scope::kProject:
      return IsProject(reg, request.project, scope.project());
    case v1::Scope::kAll:
    case v1::Scope::SCOPE_NOT_SET:  // none that was opened: what is not understood stops all
      break;
  }
  return true;
}

template <typename Stops>
const FreezeInForce* FirstThat(const Register& reg, const OrgId& owner, const Stops& stops) {
  const auto* said = reg.StopsOf(owner);
  if (said == nullptr) return nullptr;
  const auto found = std::find_if(said->freezes.begin(), said->freezes.end(), stops);
  return found == said->freezes.end() ? nullptr : &*found;
}

}  // namespace

const FreezeInForce* FrozenBy(const Register& reg, const OrgId& owner, const AskRequest& request) {
  return FirstThat(reg, owner, [&](const FreezeInForce& each) {
    return Covers(reg, each.freeze->scope(), request);
  });
}

absl::Status CheckNotFrozen(const Register& reg, const OrgId& owner, const AskRequest& request) {
  const FreezeInForce* frozen = FrozenBy(reg, owner, request);
  if (frozen == nullptr) return absl::OkStatus();
  return Refuse(v1::FROZEN,
                absl::StrCat("the owner has stopped ", ScopeWords(frozen->freeze->scope(), &reg),
                             ": ", StopReasonWords(frozen->freeze->reason())));
}

const FreezeInForce* FrozenForAll(const Register& reg, const OrgId& owner,
                                  absl::string_view dataset) {
  return FirstThat(reg, owner, [&](const FreezeInForce& each) {
    const v1::Scope& scope = each.freeze->scope();
    return scope.has_all() || (scope.has_dataset() && scope.dataset() == dataset);
  });
}

}  // namespace commons::governance
