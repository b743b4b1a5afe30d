#include "query/release/demands.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "governance/document/refusal.h"
#include "governance/rules/meet.h"

namespace commons::query {
namespace {

struct Demand {
  absl::string_view name;
  uint32_t (*get)(const v1::Requirements&);
  void (*set)(v1::Requirements&, uint32_t);
  bool of_open = false;
};

// Higher is stricter in all of them.
constexpr Demand kDemands[] = {
    {"min_members", [](const v1::Requirements& r) -> uint32_t { return r.min_members(); },
     [](v1::Requirements& r, uint32_t v) { r.set_min_members(v); }, true},
    {"noise", [](const v1::Requirements& r) -> uint32_t { return r.noise(); },
     [](v1::Requirements& r, uint32_t v) { r.set_noise(static_cast<v1::NoiseClass>(v)); }},
    {"threshold", [](const v1::Requirements& r) -> uint32_t { return r.threshold(); },
     [](v1::Requirements& r, uint32_t v) { r.set_threshold(v); }},
    {"rounding", [](const v1::Requirements& r) -> uint32_t { return r.rounding(); },
     [](v1::Requirements& r, uint32_t v) { r.set_rounding(v); }},
    {"collusion", [](const v1::Requirements& r) -> uint32_t { return r.collusion(); },
     [](v1::Requirements& r, uint32_t v) { r.set_collusion(static_cast<v1::CollusionModel>(v)); }},
};

bool Named(const v1::Requirements& demands, const DocId& document) {
  return std::any_of(demands.rules().begin(), demands.rules().end(), [&](const std::string& id) {
    return absl::string_view(id) == document.view();
  });
}

// Meets those versions of the chain that are named; whether there is one.
template <typename Payload>
bool MeetNamed(const governance::Chain<Payload>& chain, const v1::Requirements& demands,
               v1::Rule& rule) {
  bool any = false;
  for (const auto& version : chain.versions) {
    if (!Named(demands, version.id)) continue;
    rule = governance::Meet(rule, version.payload->rule());
    any = true;
  }
  return any;
}

}  // namespace

v1::Requirements DemandsOf(const v1::Question& question, const v1::Rule& rule) {
  v1::Requirements demands;
  demands.set_release(question.release());
  demands.set_min_members(rule.min_members());
  if (question.release() != v1::OPEN) {
    demands.set_noise(rule.noise());
    demands.set_threshold(rule.threshold());
    demands.set_rounding(rule.rounding());
    demands.set_collusion(rule.collusion());
  }
  return demands;
}

absl::Status CheckDemands(const v1::Requirements& demands, const OrgId& owner,
                          const v1::Question& question, const governance::Register& reg) {
  v1::Rule rule;
  const bool common = MeetNamed(reg.CommonsPolicies(), demands, rule);
  bool own = false;
  for (const absl::string_view dataset :
       {absl::string_view(question.dataset()), absl::string_view()}) {
    const auto* chain = reg.OwnerPolicies(owner, dataset);
    own |= chain != nullptr && MeetNamed(*chain, demands, rule);
  }
  if (!common || !own) {
    return governance::Refuse(v1::BAD_ROSTER, "its demands name no rules that this node has of it");
  }
  const v1::Requirements published = DemandsOf(question, rule);
  for (const Demand& demand : kDemands) {
    if (demand.get(demands) == demand.get(published)) continue;
    return governance::Refuse(
        v1::BAD_ROSTER, absl::StrCat("demands ", demand.name, " ", demand.get(demands),
                                     ", the rules that it names say ", demand.get(published)));
  }
  return absl::OkStatus();
}

Strictest StrictestOf(absl::Span<const v1::Requirements> demands, const v1::Question& question) {
  Strictest strictest;
  strictest.forces.resize(demands.size());
  if (demands.empty()) return strictest;
  for (const Demand& demand : kDemands) {
    if (question.release() == v1::OPEN && !demand.of_open) continue;
    const auto [lowest, highest] = std::minmax_element(
        demands.begin(), demands.end(), [&](const v1::Requirements& a, const v1::Requirements& b) {
          return demand.get(a) < demand.get(b);
        });
    const uint32_t least = demand.get(*lowest), most = demand.get(*highest);
    demand.set(strictest.values, most);
    for (size_t i = 0; i < demands.size() && least != most; ++i) {
      if (demand.get(demands[i]) == most) strictest.forces[i].emplace_back(demand.name);
    }
  }
  return strictest;
}

}  // namespace commons::query
