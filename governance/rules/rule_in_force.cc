#include "governance/rules/rule_in_force.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/rules/meet.h"

namespace commons::governance {
namespace {

absl::Status AddCommonRules(const Chain<v1::CommonsPolicy>& chain, absl::Time now,
                            RuleParts& parts) {
  const auto in_force = chain.At(now);
  if (!in_force.opened) return Refuse(v1::NO_POLICY, "no common rules are in force yet");
  for (const auto& version : in_force.versions) {
    // Whoever voted for it counts on it: better no answer than one that leaves a member out.
    if (version.payload->roster() == "all") {
      return Refuse(v1::NOT_SUPPORTED_YET,
                    "the common rules say roster 'all', which this version cannot enforce");
    }
    parts.common = Meet(parts.common, version.payload->rule());
    parts.documents.push_back(version.id);
  }
  return absl::OkStatus();
}

// What all matching chains of the owner say together.
struct Overlay {
  bool said = false;           // there is a version, matured or not
  bool opened = false;         // one chain has a matured version
  bool states_open = false;    // one says open, with the board's statement
  bool open_unstated = false;  // one says open without it
};

absl::Status AddChain(const Chain<v1::OwnerPolicy>* chain, absl::Time now, Overlay& overlay,
                      v1::Rule& rule, std::vector<DocId>& documents) {
  if (chain == nullptr) return absl::OkStatus();
  if (chain->ExpiredAt(now)) return Refuse(v1::EXPIRED, "the owner's rules have expired");
  const auto in_force = chain->At(now);
  overlay.opened |= in_force.opened;
  for (const auto& version : in_force.versions) {
    overlay.said = true;
    rule = Meet(rule, version.payload->rule());
    documents.push_back(version.id);
    if (version.payload->rule().release() != v1::OPEN) continue;
    (version.payload->open_describes_no_protected_records() ? overlay.states_open
                                                            : overlay.open_unstated) = true;
  }
  return absl::OkStatus();
}

// The chain that holds nothing but this version, matured. The payload outlives it.
template <typename Payload>
Chain<Payload> Only(const Payload& payload, int64_t expires_at) {
  Chain<Payload> chain;
  chain.versions.push_back(
      {DocId(), std::shared_ptr<const Payload>(std::shared_ptr<const Payload>(), &payload),
       absl::InfinitePast(), expires_at});
  return chain;
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

absl::StatusOr<RuleParts> RulePartsOf(const Register& reg, const OrgId& owner,
                                      absl::string_view dataset, absl::Time now,
                                      const Instead& instead) {
  RuleParts parts;
  if (instead.common == nullptr) {
    RETURN_IF_ERROR(AddCommonRules(reg.CommonsPolicies(), now, parts));
  } else {
    RETURN_IF_ERROR(AddCommonRules(Only(*instead.common, 0), now, parts));
  }
  Overlay overlay;
  const auto add = [&](absl::string_view chain, v1::Rule& rule) {
    if (instead.own == nullptr || instead.own->dataset() != chain) {
      return AddChain(reg.OwnerPolicies(owner, chain), now, overlay, rule, parts.documents);
    }
    const auto only = Only(*instead.own, instead.own->header().expires_at());
    return AddChain(&only, now, overlay, rule, parts.documents);
  };
  RETURN_IF_ERROR(add(dataset, parts.for_dataset));
  RETURN_IF_ERROR(add("", parts.for_every_dataset));
  if (!overlay.opened) {
    return Refuse(v1::NO_POLICY, absl::StrCat("no rules of the owner are in force for '", dataset,
                                              overlay.said ? "' yet" : "'"));
  }
  if (!overlay.states_open || overlay.open_unstated) parts.unstated.set_release(v1::PROTECTED);
  const StandardInForce* standard = reg.FindStandard(dataset);
  const bool some = !(parts.common.purposes().empty() && parts.for_dataset.purposes().empty() &&
                      parts.for_every_dataset.purposes().empty());
  if (standard != nullptr && some) {
    *parts.definition.mutable_purposes() = standard->standard.purposes();
  }
  return parts;
}

v1::Rule MeetOf(const RuleParts& parts) {
  const v1::Rule own = Meet(parts.for_dataset, parts.for_every_dataset);
  return Meet(Meet(parts.common, own), Meet(parts.definition, parts.unstated));
}

absl::Status CheckComplete(const RuleParts& parts) {
  const absl::string_view field = Missing(parts.common, MeetOf(parts).release());
  if (field.empty()) return absl::OkStatus();
  return Refuse(v1::NO_POLICY, absl::StrCat("the common rules do not set ", field));
}

absl::StatusOr<EffectiveRule> RuleInForce(const Register& reg, const OrgId& owner,
                                          absl::string_view dataset, absl::Time now) {
  ASSIGN_OR_RETURN(RuleParts parts, RulePartsOf(reg, owner, dataset, now));
  RETURN_IF_ERROR(CheckComplete(parts));
  std::sort(parts.documents.begin(), parts.documents.end());
  return EffectiveRule{MeetOf(parts), std::move(parts.documents)};
}

}  // namespace commons::governance
