#include "governance/rules/rule_in_force.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/rules/meet.h"

namespace commons::governance {
namespace {

absl::StatusOr<EffectiveRule> CommonRules(const Register& reg, absl::Time now) {
  const auto in_force = reg.CommonsPolicies().At(now);
  if (!in_force.opened) return Refuse(v1::NO_POLICY, "no common rules are in force yet");
  EffectiveRule common;
  for (const auto& version : in_force.versions) {
    // Whoever voted for it counts on it: better no answer than one that leaves a member out.
    if (version.payload->roster() == "all") {
      return Refuse(v1::NOT_SUPPORTED_YET,
                    "the common rules say roster 'all', which this version cannot enforce");
    }
    common.rule = Meet(common.rule, version.payload->rule());
    common.documents.push_back(version.id);
  }
  return common;
}

// The owner's overlays, all matching chains together.
struct Overlay {
  v1::Rule rule;
  std::vector<DocId> documents;
  bool opened = false;         // one chain has a matured version
  bool states_open = false;    // one says open, with the board's statement
  bool open_unstated = false;  // one says open without it
};

absl::Status AddChain(const Chain<v1::OwnerPolicy>* chain, absl::Time now, Overlay& overlay) {
  if (chain == nullptr) return absl::OkStatus();
  if (chain->ExpiredAt(now)) return Refuse(v1::EXPIRED, "the owner's rules have expired");
  const auto in_force = chain->At(now);
  overlay.opened |= in_force.opened;
  for (const auto& version : in_force.versions) {
    overlay.rule = Meet(overlay.rule, version.payload->rule());
    overlay.documents.push_back(version.id);
    if (version.payload->rule().release() != v1::OPEN) continue;
    (version.payload->open_describes_no_protected_records() ? overlay.states_open
                                                            : overlay.open_unstated) = true;
  }
  return absl::OkStatus();
}

// "" when the common rules set everything that this release needs.
absl::string_view Missing(const v1::Rule& common, v1::Release release) {
  if (common.release() == v1::RELEASE_UNSPECIFIED) return "release";
  if (common.min_members() == 0) return "min_members";
  if (release == v1::OPEN) return "";
  if (common.noise() == v1::NOISE_CLASS_UNSPECIFIED) return "noise";
  if (common.threshold() == 0) return "threshold";
  if (common.rounding() == 0) return "rounding";
  if (common.collusion() == v1::COLLUSION_UNSPECIFIED) return "collusion";
  if (common.exclusive_cells() == v1::EXCLUSIVE_CELLS_UNSPECIFIED) return "exclusive_cells";
  if (common.yearly_budget_micro_rho() == 0) return "yearly_budget";
  return "";
}

}  // namespace

absl::StatusOr<EffectiveRule> RuleInForce(const Register& reg, const OrgId& owner,
                                          absl::string_view dataset, absl::Time now) {
  ASSIGN_OR_RETURN(EffectiveRule effective, CommonRules(reg, now));
  const v1::Rule common = effective.rule;
  Overlay overlay;
  RETURN_IF_ERROR(AddChain(reg.OwnerPolicies(owner, dataset), now, overlay));
  RETURN_IF_ERROR(AddChain(reg.OwnerPolicies(owner, ""), now, overlay));
  if (!overlay.opened) {
    return Refuse(v1::NO_POLICY, absl::StrCat("no rules of the owner are in force for '", dataset,
                                              overlay.documents.empty() ? "'" : "' yet"));
  }
  effective.rule = Meet(common, overlay.rule);
  if (!overlay.states_open || overlay.open_unstated) {
    v1::Rule protect;
    protect.set_release(v1::PROTECTED);
    effective.rule = Meet(effective.rule, protect);
  }
  const StandardInForce* standard = reg.FindStandard(dataset);
  if (standard != nullptr && !effective.rule.purposes().empty()) {
    v1::Rule stated;
    *stated.mutable_purposes() = standard->standard.purposes();
    effective.rule = Meet(effective.rule, stated);
  }
  if (const auto field = Missing(common, effective.rule.release()); !field.empty()) {
    return Refuse(v1::NO_POLICY, absl::StrCat("the common rules do not set ", field));
  }
  effective.documents.insert(effective.documents.end(), overlay.documents.begin(),
                             overlay.documents.end());
  std::sort(effective.documents.begin(), effective.documents.end());
  return effective;
}

}  // namespace commons::governance
