#include "governance/review/rule_words.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "governance/document/collusion.h"
#include "governance/document/fingerprint.h"
#include "privacy/budget.h"

namespace commons::governance {
namespace {

// Whoever may do something, by name where the register knows it.
template <typename List, typename Name>
void ShowWho(absl::string_view what, const List& list, Name name, Screen& s) {
  std::vector<std::string> names;
  for (const std::string& each : list) names.push_back(name(each));
  s.Line(what, absl::StrJoin(names, ", "));
}

}  // namespace

void ShowRule(const v1::Rule& r, const Register* reg, Screen& s) {
  const auto number = [&](absl::string_view name, uint64_t value) {
    if (value != 0) s.Line(name, absl::StrCat(value));
  };
  if (r.release() != 0) {
    s.Line("figures are shown", r.release() == v1::OPEN ? "exactly (open)" : "protected");
  }
  if (r.noise() != 0) {
    s.Line("protection at least", absl::AsciiStrToLower(v1::NoiseClass_Name(r.noise())));
  }
  number("too small to show below", r.threshold());
  number("rounded to", r.rounding());
  number("members needed", r.min_members());
  number("days as a member before counting", r.min_membership_days());
  number("days an edition is held back", r.hold_days());
  if (r.collusion() != 0) {
    s.Line("safe even if these collude", r.collusion() == v1::ALL ? "all others" : "a minority");
  }
  if (r.exclusive_cells() != 0) {
    s.Line("cells of one organisation alone",
           r.exclusive_cells() == v1::ALLOW ? "shown" : "refused");
  }
  number("yearly budget of each dataset (micro-rho)", r.yearly_budget_micro_rho());
  if (r.yearly_budget_micro_rho() != 0 && r.release() != v1::OPEN) {
    // The number of members where it is known, else what holds for any.
    const uint32_t members = reg == nullptr ? 1 : std::max(reg->active_members(), 1u);
    s.Line("what that budget means",
           privacy::YearSentence(r.yearly_budget_micro_rho(), members, CollusionOf(r.collusion())));
  }
  number("budget of a project", r.project_budget_micro_rho());
  number("budget of a researcher", r.researcher_budget_micro_rho());
  number("budget of an asking organisation", r.asker_budget_micro_rho());
  number("budget of one question", r.question_budget_micro_rho());
  s.Items("purposes", r.purposes());
  s.Items("never for", r.prohibited());
  s.Items("columns", r.columns());
  s.Items("legal bases", r.legal_bases());
  s.Items("labels", r.labels());
  ShowWho(
      "organisations that may ask", r.asking_orgs(),
      [&](const std::string& org) { return NameOf(org, reg); }, s);
  ShowWho(
      "researchers that may ask, by fingerprint", r.researchers(),
      [](const std::string& key) { return Fingerprint(key); }, s);
  number("replies wait for slots of (milliseconds)", r.reply_slot_ms());
}

}  // namespace commons::governance
