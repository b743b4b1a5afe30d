#include "governance/review/standing_words.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "governance/document/fingerprint.h"
#include "governance/document/refusal.h"
#include "governance/register/expiry.h"
#include "governance/review/expiry_words.h"
#include "governance/review/screen.h"
#include "governance/rules/decide.h"
#include "governance/rules/rule_in_force.h"
#include "governance/standard/held_under.h"
#include "governance/standard/roles.h"

namespace commons::governance {
namespace {

std::string NameOfRules(absl::string_view dataset) {
  return dataset.empty() ? "our rules for every dataset"
                         : absl::StrCat("our rules for ", Shown(dataset));
}

// From when on something later takes the place of what has ended; "": nothing waits.
template <typename Payload>
std::string NextWords(const Chain<Payload>& chain, absl::Time now) {
  const auto& newest = chain.versions.back();
  if (newest.matured_at <= now || newest.matured_at == absl::InfiniteFuture()) return "";
  return absl::StrCat("; its next version opens on ", Day(absl::ToUnixSeconds(newest.matured_at)));
}

class Ends {
 public:
  explicit Ends(absl::Time now) : now_(now) {}

  // `what`: one of it. `remedy`: how its next version is made, or what to do instead.
  template <typename Payload>
  void Add(const Chain<Payload>& chain, absl::string_view what, absl::string_view remedy) {
    const int64_t end = chain.versions.empty() ? 0 : EndOf(chain, now_);
    if (end == 0 || absl::FromUnixSeconds(end) - now_ > kEndWarning) return;
    const bool ended = absl::FromUnixSeconds(end) <= now_;
    const std::string next = ended ? NextWords(chain, now_) : "";
    notes_.push_back({absl::StrCat(what, ended ? ": " : ": ends ", ExpiryWords(end, now_), next),
                      next.empty() ? std::string(remedy) : "", true});
  }
  std::vector<Note> Take() { return std::move(notes_); }

 private:
  const absl::Time now_;
  std::vector<Note> notes_;
};

void AddEnds(const OrgState& said, const Register& reg, Ends& ends) {
  for (const auto& [dataset, chain] : said.policies) {
    ends.Add(chain, NameOfRules(dataset),
             "the board signs the next one: commons doc new owner-policy");
  }
  for (const auto& [dataset, chain] : said.manifests) {
    ends.Add(chain, absl::StrCat("our notice of holdings of ", Shown(dataset)),
             absl::StrCat("sign the next one: commons dataset notice --dataset ", Shown(dataset)));
  }
  for (const auto& [researcher, chain] : said.accreditations) {
    ends.Add(chain,
             absl::StrCat("our word for the researcher's key ", Fingerprint(researcher.view())),
             "if the researcher still works with you: commons doc new accreditation");
  }
  for (const auto& [name, chain] : said.projects) {
    ends.Add(chain, absl::StrCat("project ", Shown(name)),
             "if it goes on: commons doc new project; every owner then says yes again");
  }
  for (const auto& [id, chain] : said.approvals) {
    const ProjectInForce* project = reg.FindProject(id);
    if (project == nullptr || !chain.versions.back().payload->yes()) continue;
    ends.Add(chain, absl::StrCat("our yes to project ", Shown(project->project->name())),
             "if it goes on: commons doc new project-approval");
  }
}

Note ClosedByRules(const absl::Status& why, const Register& reg, const OrgId& owner,
                   absl::string_view dataset, absl::Time now) {
  for (const std::string& each : {std::string(dataset), std::string()}) {
    const auto* chain = reg.OwnerPolicies(owner, each);
    if (chain == nullptr || !IsClosedByExpiry(*chain, now)) continue;
    Ends ends(now);
    ends.Add(*chain, NameOfRules(each),
             "the board signs the next one: commons doc new owner-policy");
    return ends.Take().front();
  }
  return {std::string(why.message()),
          reg.OwnerPolicies(owner, dataset) == nullptr && reg.OwnerPolicies(owner, "") == nullptr
              ? "the board signs rules for it: commons doc new owner-policy"
              : "what was signed waits until it has matured: commons doc list",
          true};
}

Note ClosedByNotice(const Chain<v1::Manifest>* chain, absl::string_view dataset, uint64_t held,
                    absl::Time now) {
  const std::string sign =
      absl::StrCat("sign one: commons dataset notice --dataset ", Shown(dataset));
  if (chain == nullptr || chain->versions.empty()) {
    return {absl::StrCat("no notice of holdings was ever signed for it"), sign, true};
  }
  if (IsClosedByExpiry(*chain, now)) {
    Ends ends(now);
    ends.Add(*chain, "our notice of holdings", sign);
    return ends.Take().front();
  }
  const auto& newest = chain->versions.back();
  if (newest.payload->epoch() != held) {
    return {absl::StrCat("the notice of holdings names edition ", newest.payload->epoch(),
                         ", and edition ", held, " is held"),
            sign, true};
  }
  return {
      absl::StrCat("the notice of holdings opens on ", Day(absl::ToUnixSeconds(newest.matured_at))),
      "", true};
}

// What of an edition under an earlier definition can't be asked about by the one in force; empty:
// everything can, or it is of the one in force.
struct HeldBehind {
  std::vector<std::string> columns;
  bool all = true;
};
HeldBehind BehindOf(const Register& reg, const v1::Manifest& notice) {
  HeldBehind behind;
  const StandardInForce* asked = reg.FindStandard(notice.dataset());
  const StandardInForce* held = reg.FindDefinition(notice.dataset(), notice.standard_id());
  if (asked == nullptr || held == nullptr || held->id == asked->id) return behind;
  const v1::Standard& standard = asked->standard;
  for (int i = 0; i < standard.columns_size(); ++i) {
    if (!IsQueryable(standard.columns(i))) continue;
    const auto column = static_cast<uint32_t>(i);
    if (CheckHeldUnder(held->standard, standard, {column}).ok()) {
      behind.all = false;
    } else {
      behind.columns.push_back(Shown(standard.columns(i).name()));
    }
  }
  return behind;
}

constexpr size_t kColumnsNamed = 12;

std::string ImportAgain(absl::string_view dataset) {
  return absl::StrCat("import it again: commons dataset import --dataset ", Shown(dataset));
}

void AddBehind(const OrgState& said, const Register& reg, std::vector<Note>& notes) {
  for (const auto& [dataset, chain] : said.manifests) {
    const v1::Manifest& notice = *chain.versions.back().payload;
    HeldBehind behind = notice.epoch() == 0 ? HeldBehind() : BehindOf(reg, notice);
    if (behind.columns.empty() || behind.all) continue;  // WhyClosed says that all is
    const size_t more = behind.columns.size() - std::min(behind.columns.size(), kColumnsNamed);
    behind.columns.resize(behind.columns.size() - more);
    notes.push_back(
        {absl::StrCat("our edition of ", Shown(dataset),
                      " is of an earlier common definition: questions about ",
                      absl::StrJoin(behind.columns, ", "),
                      more == 0 ? "" : absl::StrCat(" and ", more, " more"), " are refused"),
         ImportAgain(dataset), true});
  }
}

bool HasColumn(const v1::Standard& standard, const std::string& name) {
  return std::any_of(standard.columns().begin(), standard.columns().end(),
                     [&](const v1::Column& column) { return column.name() == name; });
}

// How far back definitions are looked at.
constexpr uint64_t kVersionsBack = 200;

// Whether an earlier definition of the dataset had this column, and the one in force has not.
bool WasAColumn(const Register& reg, const std::string& dataset, const std::string& name) {
  const StandardInForce* now = reg.FindStandard(dataset);
  if (now == nullptr || HasColumn(now->standard, name)) return false;
  const uint64_t newest = reg.commons_version();
  for (uint64_t v = newest; v > 1 && newest - v < kVersionsBack; --v) {
    const StandardInForce* before = reg.FindStandardBefore(dataset, v);
    if (before != nullptr && HasColumn(before->standard, name)) return true;
  }
  return false;
}

// A rule keeps columns out by their names, which a new definition may have changed.
void AddGone(const OrgState& said, const Register& reg, std::vector<Note>& notes) {
  for (const auto& [dataset, chain] : said.policies) {
    for (const std::string& name : chain.versions.back().payload->rule().prohibited()) {
      if (dataset.empty() || !WasAColumn(reg, dataset, name)) continue;
      notes.push_back({absl::StrCat(NameOfRules(dataset), " keep '", Shown(name),
                                    "' out, which the common definition has no longer: if it was "
                                    "renamed, the new name is not kept out"),
                       "the board says it anew: commons doc new owner-policy", true});
    }
  }
}

// What else than rules and notices that are missing closes an edition to every question.
std::optional<Note> ClosedInForce(const Register& reg, const v1::Rule& rule,
                                  const v1::Manifest& notice, absl::Time now) {
  const StandardInForce* standard = reg.FindStandard(notice.dataset());
  if (standard != nullptr && rule.release() == v1::OPEN) {
    const absl::Status open = MayBeOpen(standard->standard);
    if (!open.ok()) {
      return Note{absl::StrCat("our rules say open, and ", RefusalOf(open).message()),
                  "the board signs other rules: commons doc new owner-policy", true};
    }
  }
  const auto as_of = ParseDate(notice.as_of(), PeriodUnit::kDay);
  if (rule.hold_days() != 0 && (!as_of.has_value() || DayOf(now) - *as_of < rule.hold_days())) {
    return Note{absl::StrCat("by our rules the edition of ", Shown(notice.as_of()),
                             " is held back for ", rule.hold_days(), " days from that date"),
                "", true};
  }
  const HeldBehind behind = BehindOf(reg, notice);
  if (behind.columns.empty() || !behind.all) return std::nullopt;
  return Note{
      "its edition is of an earlier common definition, of which nothing can be asked any more",
      ImportAgain(notice.dataset()), true};
}

}  // namespace

std::vector<Note> StandingNotes(const Register& reg, const OrgId& own, absl::Time now) {
  std::vector<Note> notes;
  const Organisation* member = reg.FindMember(own);
  const OrgState* said = reg.SaidBy(own);
  if (member == nullptr || said == nullptr) return notes;
  if (member->suspended) {
    notes.push_back(
        {"the members have suspended this organisation: it asks nothing, answers "
         "nothing and has no vote",
         "a member can propose to admit it again: commons doc propose --admit", true});
  }
  Ends ends(now);
  AddEnds(*said, reg, ends);
  AddBehind(*said, reg, notes);
  AddGone(*said, reg, notes);
  for (Note& note : ends.Take()) notes.push_back(std::move(note));
  return notes;
}

std::optional<Note> WhyClosed(const Register& reg, const OrgId& owner, absl::string_view dataset,
                              uint64_t held, absl::Time now) {
  const auto rule = RuleInForce(reg, owner, dataset, now);
  if (!rule.ok()) return ClosedByRules(rule.status(), reg, owner, dataset, now);
  const auto* chain = reg.Manifests(owner, dataset);
  if (chain != nullptr && chain->At(now).opened && !IsClosedByExpiry(*chain, now) &&
      chain->versions.back().payload->epoch() == held) {
    return ClosedInForce(reg, rule->rule, *chain->versions.back().payload, now);
  }
  return ClosedByNotice(chain, dataset, held, now);
}

}  // namespace commons::governance
