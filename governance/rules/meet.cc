#include "governance/rules/meet.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>

namespace commons::governance {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;

// Unset (0) inherits.
template <typename T>
T MinSet(T a, T b) {
  return a == 0 ? b : b == 0 ? a : std::min(a, b);
}

void Store(const std::set<std::string>& values, Strings* out) {
  for (const std::string& value : values) *out->Add() = value;
}

void Intersect(const Strings& a, const Strings& b, Strings* out) {
  // The empty text beside others allows nothing more.
  const auto named = [](const Strings& list) {
    std::set<std::string> set(list.begin(), list.end());
    set.erase("");
    return set;
  };
  const std::set<std::string> x = named(a), y = named(b);
  std::set<std::string> both;
  if (a.empty()) {
    both = y;
  } else if (b.empty()) {
    both = x;
  } else {
    std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::inserter(both, both.end()));
  }
  if (both.empty() && !(a.empty() && b.empty())) both.insert("");
  Store(both, out);
}

void Unite(const Strings& a, const Strings& b, Strings* out) {
  std::set<std::string> all(a.begin(), a.end());
  all.insert(b.begin(), b.end());
  all.erase("");
  Store(all, out);
}

}  // namespace

v1::Rule Meet(const v1::Rule& a, const v1::Rule& b) {
  v1::Rule m;
  m.set_release(MinSet(a.release(), b.release()));  // PROTECTED < OPEN
  m.set_noise(std::max(a.noise(), b.noise()));
  m.set_threshold(std::max(a.threshold(), b.threshold()));
  m.set_rounding(std::max(a.rounding(), b.rounding()));
  m.set_min_members(std::max(a.min_members(), b.min_members()));
  m.set_min_membership_days(std::max(a.min_membership_days(), b.min_membership_days()));
  m.set_hold_days(std::max(a.hold_days(), b.hold_days()));
  m.set_collusion(std::max(a.collusion(), b.collusion()));
  m.set_exclusive_cells(MinSet(a.exclusive_cells(), b.exclusive_cells()));  // REFUSE < ALLOW
  m.set_yearly_budget_micro_rho(MinSet(a.yearly_budget_micro_rho(), b.yearly_budget_micro_rho()));
  m.set_project_budget_micro_rho(
      MinSet(a.project_budget_micro_rho(), b.project_budget_micro_rho()));
  m.set_researcher_budget_micro_rho(
      MinSet(a.researcher_budget_micro_rho(), b.researcher_budget_micro_rho()));
  m.set_asker_budget_micro_rho(MinSet(a.asker_budget_micro_rho(), b.asker_budget_micro_rho()));
  m.set_question_budget_micro_rho(
      MinSet(a.question_budget_micro_rho(), b.question_budget_micro_rho()));
  Intersect(a.purposes(), b.purposes(), m.mutable_purposes());
  Intersect(a.columns(), b.columns(), m.mutable_columns());
  Intersect(a.asking_orgs(), b.asking_orgs(), m.mutable_asking_orgs());
  Intersect(a.researchers(), b.researchers(), m.mutable_researchers());
  Intersect(a.legal_bases(), b.legal_bases(), m.mutable_legal_bases());
  Unite(a.labels(), b.labels(), m.mutable_labels());
  Unite(a.prohibited(), b.prohibited(), m.mutable_prohibited());
  m.set_reply_slot_ms(std::max(a.reply_slot_ms(), b.reply_slot_ms()));
  return m;
}

}  // namespace commons::governance
