#include "governance/review/project_fit.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/document/refusal.h"
#include "governance/review/screen.h"
#include "governance/rules/rule_in_force.h"

namespace commons::governance {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

bool Has(const Texts& list, const std::string& value) { return absl::c_linear_search(list, value); }

// An intersection list: empty allows everything.
bool Allows(const Texts& list, const std::string& value) {
  return list.empty() || Has(list, value);
}

std::string Names(const Texts& list) {
  const std::string names = absl::StrJoin(
      list, ", ", [](std::string* out, const std::string& t) { out->append(Shown(t)); });
  return names.empty() ? "none" : names;
}

std::vector<std::string> KeptOut(const v1::Project& project, const v1::Rule& rule) {
  std::vector<std::string> lines;
  if (absl::c_none_of(project.purposes(), [&](const std::string& purpose) {
        return Has(rule.purposes(), purpose) && !Has(rule.prohibited(), purpose);
      })) {
    lines.push_back(
        absl::StrCat("none of its purposes is allowed; allowed are: ", Names(rule.purposes())));
  }
  if (!Allows(rule.legal_bases(), project.legal_basis())) {
    lines.push_back(
        absl::StrCat("its legal basis is not allowed; allowed are: ", Names(rule.legal_bases())));
  }
  if (!Allows(rule.asking_orgs(), project.header().issuer())) {
    lines.push_back("its organisation is not one that may ask");
  }
  if (absl::c_none_of(project.researchers(),
                      [&](const std::string& key) { return Allows(rule.researchers(), key); })) {
    lines.push_back("none of its researchers may ask");
  }
  return lines;
}

}  // namespace

std::vector<std::string> KeptOutByRules(const v1::Project& project, const Register& reg,
                                        const OrgId& owner, absl::Time now) {
  std::vector<std::string> lines;
  for (const std::string& dataset : project.datasets()) {
    if (reg.Manifests(owner, dataset) == nullptr) continue;
    const auto rule = RuleInForce(reg, owner, dataset, now);
    const std::vector<std::string> kept =
        rule.ok() ? KeptOut(project, rule->rule)
                  : std::vector<std::string>{RefusalOf(rule.status()).message()};
    for (const std::string& line : kept) {
      lines.push_back(absl::StrCat("our rules for ", Shown(dataset), ": ", line));
    }
  }
  return lines;
}

}  // namespace commons::governance
