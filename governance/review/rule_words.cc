#include "governance/review/rule_words.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "governance/document/collusion.h"
#include "governance/document/fingerprint.h"
#include "governance/rules/meet.h"
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

using Field = google::protobuf::FieldDescriptor;

// The name and the value that ShowRule has for it.
struct FieldWords {
  std::string name, value = "not set";
};
FieldWords WordsOf(const v1::Rule& rule, const Field& field, const Register* reg) {
  Screen screen;
  ShowRule(OnlyField(rule, field), reg, screen);
  const std::string shown = screen.Finish();
  const absl::string_view line = absl::string_view(shown).substr(0, shown.find('\n'));
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(line, absl::MaxSplits(": ", 1));
  FieldWords words;
  if (line.empty()) return words;
  words.name = std::string(absl::StripAsciiWhitespace(parts.first));
  words.value = std::string(parts.second);
  return words;
}

}  // namespace

v1::Rule OnlyField(const v1::Rule& rule, const Field& field) {
  v1::Rule only = rule;
  for (int i = 0; i < v1::Rule::descriptor()->field_count(); ++i) {
    const Field* other = v1::Rule::descriptor()->field(i);
    if (other != &field) only.GetReflection()->ClearField(&only, other);
  }
  return Meet(only, only);
}

std::string ValueWords(const v1::Rule& rule, const Field& field, const Register* reg) {
  return WordsOf(rule, field, reg).value;
}

// A rule that is not wider is its own meet with the one before.
bool Widens(const v1::Rule& before, const v1::Rule& rule) {
  return Meet(before, rule).SerializeAsString() != Meet(rule, rule).SerializeAsString();
}

void ShowRuleChanges(const v1::Rule& before, const v1::Rule& rule, const Register* reg, Screen& s,
                     const Consequence& consequence) {
  for (int i = 0; i < v1::Rule::descriptor()->field_count(); ++i) {
    const Field& field = *v1::Rule::descriptor()->field(i);
    const v1::Rule was = OnlyField(before, field), is = OnlyField(rule, field);
    if (was.SerializeAsString() == is.SerializeAsString()) continue;
    const FieldWords now = WordsOf(is, field, reg), then = WordsOf(was, field, reg);
    const Way way = Widens(was, is) ? Way::kWider : Way::kStricter;
    const std::string& name = now.name.empty() ? then.name : now.name;
    s.Change(way, absl::StrCat(name, ": ", now.value, "; was ", then.value,
                               consequence == nullptr ? "" : consequence(field, way)));
    // What it takes away acts at once, before anything that it adds.
    if (way == Way::kWider && Widens(is, was)) {
      const v1::Rule both = Meet(was, is);
      const std::string until = WordsOf(both, field, reg).value;
      s.Change(Way::kStricter,
               absl::StrCat(name, ": until the wider part acts, this holds: ",
                            until == "not set" || until == "nothing" ? "nothing" : until));
    }
  }
}

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
  number("rounded to multiples of", r.rounding());
  number("members needed", r.min_members());
  number("days as a member before counting", r.min_membership_days());
  const auto budget = [&](absl::string_view name, uint64_t micro_rho) {
    if (micro_rho != 0) s.Line(name, privacy::TablesWords(micro_rho));
  };
  number("days an edition is held back, from the date that its notice states", r.hold_days());
  if (r.collusion() != 0) {
    s.Line("safe even if these collude", r.collusion() == v1::ALL ? "all others" : "a minority");
  }
  if (r.exclusive_cells() != 0) {
    s.Line("cells of one organisation alone",
           r.exclusive_cells() == v1::ALLOW ? "shown" : "refused");
  }
  budget("yearly budget of each dataset", r.yearly_budget_micro_rho());
  if (r.yearly_budget_micro_rho() != 0 && r.release() != v1::OPEN) {
    // The number of members where it is known, else what holds for any.
    const uint32_t members = reg == nullptr ? 1 : std::max(reg->active_members(), 1u);
    s.Line("what that budget means",
           privacy::YearSentence(r.yearly_budget_micro_rho(), members, CollusionOf(r.collusion())));
  }
  budget("budget of a project", r.project_budget_micro_rho());
  budget("budget of a researcher", r.researcher_budget_micro_rho());
  budget("budget of an asking organisation", r.asker_budget_micro_rho());
  budget("budget of one question", r.question_budget_micro_rho());
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
