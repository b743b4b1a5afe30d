#include "governance/rules/rule_in_force.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/register/expiry.h"
#include "governance/rules/meet.h"

namespace commons::governance {
namespace {

// What all matching chains say together where a rule that does not say it is not the wider one.
// What waits must not say it first: a chain says it once a version has matured, and as long as
// every version in force does.
struct Overlay {
  bool said = false;            // the owner has a version, matured or not
  bool opened = false;          // one chain of the owner has a matured version
  bool states_open = false;     // one says open, with the board's statement
  bool open_unstated = false;   // one version says open without it
  bool names_purposes = false;  // one chain, the common rules or the owner's
};

template <typename Payload, typename Says>
bool AllSay(const typename Chain<Payload>::InForce& in_force, const Says& says) {
  return in_force.opened &&
         std::all_of(in_force.versions.begin(), in_force.versions.end(),
                     [&](const auto& version) { return says(*version.payload); });
}

template <typename Payload>
bool NamesPurposes(const typename Chain<Payload>::InForce& in_force) {
  return AllSay<Payload>(in_force, [](const Payload& p) { return !p.rule().purposes().empty(); });
}

absl::Status AddCommonRules(const Chain<v1::CommonsPolicy>& chain, absl::Time now, Overlay& overlay,
                            RuleParts& parts) {
  const auto in_force = chain.At(now);
  if (!in_force.opened) return Refuse(v1::NO_POLICY, "no common rules are in force yet");
  overlay.names_purposes |= NamesPurposes<v1::CommonsPolicy>(in_force);
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

absl::Status CheckNotExpired(const Chain<v1::OwnerPolicy>& chain, absl::Time now) {
  if (!IsClosedByExpiry(chain, now)) return absl::OkStatus();
  return Refuse(v1::EXPIRED, chain.ExpiredAt(now) ? "the owner's rules have expired"
                                                  : "the owner's rules have expired, and those "
                                                    "after them are not in force yet");
}

bool StatesOpen(const v1::OwnerPolicy& p) {
  return p.rule().release() == v1::OPEN && p.open_describes_no_protected_records();
}

absl::Status AddChain(const Chain<v1::OwnerPolicy>* chain, const Eras& eras, absl::Time now,
                      Overlay& overlay, v1::Rule& rule, std::vector<DocId>& documents) {
  if (chain == nullptr) return absl::OkStatus();
  RETURN_IF_ERROR(CheckNotExpired(*chain, now));
  const auto in_force = chain->At(now, eras);
  overlay.opened |= in_force.opened;
  overlay.states_open |= AllSay<v1::OwnerPolicy>(in_force, StatesOpen);
  overlay.names_purposes |= NamesPurposes<v1::OwnerPolicy>(in_force);
  for (const auto& version : in_force.versions) {
    overlay.said = true;
    rule = Meet(rule, version.payload->rule());
    documents.push_back(version.id);
    overlay.open_unstated |=
        version.payload->rule().release() == v1::OPEN && !StatesOpen(*version.payload);
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

absl::Status CheckSets(const v1::Rule& common, v1::Release release) {
  const absl::string_view field = Missing(common, release);
  if (field.empty()) return absl::OkStatus();
  return Refuse(v1::NO_POLICY, absl::StrCat("the common rules do not set ", field));
}

}  // namespace

absl::StatusOr<RuleParts> RulePartsOf(const Register& reg, const OrgId& owner,
                                      absl::string_view dataset, absl::Time now,
                                      const Instead& instead) {
  RuleParts parts;
  Overlay overlay;
  if (instead.common == nullptr) {
    RETURN_IF_ERROR(AddCommonRules(reg.CommonsPolicies(), now, overlay, parts));
  } else {
    RETURN_IF_ERROR(AddCommonRules(Only(*instead.common, 0), now, overlay, parts));
  }
  const auto add = [&](absl::string_view chain, v1::Rule& rule) {
    if (instead.own == nullptr || instead.own->dataset() != chain) {
      return AddChain(reg.OwnerPolicies(owner, chain), reg.ErasOf(owner), now, overlay, rule,
                      parts.documents);
    }
    const auto only = Only(*instead.own, instead.own->header().expires_at());
    return AddChain(&only, {}, now, overlay, rule, parts.documents);
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
  if (some && !overlay.names_purposes) {
    parts.definition.add_purposes("");  // those that name some still wait
  } else if (standard != nullptr && some) {
    *parts.definition.mutable_purposes() = standard->standard.purposes();
  }
  return parts;
}

v1::Rule MeetOf(const RuleParts& parts) {
  const v1::Rule own = Meet(parts.for_dataset, parts.for_every_dataset);
  return Meet(Meet(parts.common, own), Meet(parts.definition, parts.unstated));
}

absl::Status CheckComplete(const RuleParts& parts) {
  return CheckSets(parts.common, MeetOf(parts).release());
}

absl::StatusOr<EffectiveRule> RuleInForce(const Register& reg, const OrgId& owner,
                                          absl::string_view dataset, absl::Time now) {
  ASSIGN_OR_RETURN(RuleParts parts, RulePartsOf(reg, owner, dataset, now));
  const v1::Rule rule = MeetOf(parts);
  // Each by itself: rules that wait must not complete those that have matured.
  for (const auto& version : reg.CommonsPolicies().At(now).versions) {
    RETURN_IF_ERROR(CheckSets(version.payload->rule(), rule.release()));
  }
  std::sort(parts.documents.begin(), parts.documents.end());
  return EffectiveRule{rule, std::move(parts.documents)};
}

}  // namespace commons::governance
