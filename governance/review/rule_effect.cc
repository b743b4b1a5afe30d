#include "governance/review/rule_effect.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "governance/document/collusion.h"
#include "governance/document/fingerprint.h"
#include "governance/review/rule_words.h"
#include "governance/rules/meet.h"
#include "governance/rules/rule_in_force.h"
#include "privacy/budget.h"

namespace commons::governance {
namespace {

using Field = google::protobuf::FieldDescriptor;
using Parts = absl::StatusOr<RuleParts>;

// How many datasets are gone into one by one.
constexpr size_t kDatasetsShown = 12;

// A dataset of a member, as it is and as it would be: at once, or from when other rules that wait
// have come into force, if it stays closed until then.
struct Place {
  std::string name;
  Parts now, then;
  absl::Time from = absl::InfinitePast();
};

std::string Said(const v1::Rule& rule, const Field& field) {
  return OnlyField(rule, field).SerializeAsString();
}

bool Restricts(const v1::Rule& part, const v1::Rule& proposed, const Field& field) {
  const v1::Rule is = OnlyField(proposed, field);
  return Meet(is, OnlyField(part, field)).SerializeAsString() != is.SerializeAsString();
}

// Which of the other rules allow less in this field than the one that is proposed.
std::string HeldBackBy(const RuleParts& parts, const v1::Rule& proposed, const Field& field) {
  const std::pair<const v1::Rule*, absl::string_view> others[] = {
      {&parts.common, "the common rules"},
      {&parts.for_dataset, "the owner's rules for this dataset"},
      {&parts.for_every_dataset, "the owner's rules for every dataset"},
      {&parts.definition, "the common definition"},
      {&parts.unstated, "the statement that is missing"}};
  std::vector<absl::string_view> names;
  for (const auto& [rule, name] : others) {
    if (Restricts(*rule, proposed, field)) names.push_back(name);
  }
  return absl::StrJoin(names, " and ");
}

// "" where it comes as proposed.
std::string ComesOfIt(const Place& place, const v1::Rule& proposed, const Field& field,
                      const Register* reg) {
  if (!place.then.ok()) return "";
  const std::string held = HeldBackBy(*place.then, proposed, field);
  if (held.empty()) return "";
  const v1::Rule then = MeetOf(*place.then);
  const std::string value = ValueWords(then, field, reg);
  const bool same = place.now.ok() && Said(MeetOf(*place.now), field) == Said(then, field);
  return same ? absl::StrCat("no effect on ", place.name, ": ", value, " stays, by ", held)
              : absl::StrCat("for ", place.name, " only ", value, ", by ", held);
}

// What holds a change back at each place; the same words once.
Consequence HeldBack(const std::vector<Place>& places, const v1::Rule& proposed,
                     const Register* reg) {
  return [&places, &proposed, reg](const Field& field, Way way) {
    std::string all;
    if (way != Way::kWider) return all;
    for (const Place& place : places) {
      const std::string words = ComesOfIt(place, proposed, field, reg);
      if (!words.empty()) absl::StrAppend(&all, "; ", words);
    }
    return all;
  };
}

template <typename List, typename Name>
std::string ListWords(const List& list, absl::string_view any, Name name) {
  if (list.empty()) return std::string(any);
  std::vector<std::string> names;
  for (const std::string& each : list) {
    if (!each.empty()) names.push_back(name(each));
  }
  return names.empty() ? "nobody or nothing" : absl::StrJoin(names, ", ");
}

// Who could ask for what.
std::string WhoMayAsk(const v1::Rule& rule, const Register* reg) {
  const auto shown = [](const std::string& text) { return ShownWhole(text); };
  const std::string orgs = ListWords(rule.asking_orgs(), "any member",
                                     [&](const std::string& org) { return NameOf(org, reg); });
  const std::string people =
      rule.researchers().empty()
          ? "accredited researchers"
          : absl::StrCat("the accredited researchers ",
                         ListWords(rule.researchers(), "",
                                   [](const std::string& key) { return Fingerprint(key); }));
  std::string words =
      absl::StrCat(people, " at ", orgs, ", with a project that the owner approved, for ",
                   ListWords(rule.purposes(), "no purpose", shown), ", about ",
                   ListWords(rule.columns(), "every column that can be asked about", shown));
  if (!rule.legal_bases().empty()) {
    absl::StrAppend(&words, ", on the legal basis of ", ListWords(rule.legal_bases(), "", shown));
  }
  if (!rule.prohibited().empty()) {
    absl::StrAppend(&words, "; never ", ListWords(rule.prohibited(), "", shown));
  }
  return words;
}

std::string YearWords(const v1::Rule& rule, const Register& reg) {
  if (rule.release() == v1::OPEN) return "exact figures, which no budget protects";
  return privacy::YearSentence(rule.yearly_budget_micro_rho(), std::max(reg.active_members(), 1u),
                               CollusionOf(rule.collusion()));
}

absl::Status Closed(const Parts& parts) {
  return parts.ok() ? CheckComplete(*parts) : parts.status();
}

// "2026-12-01 09:00 UTC"
std::string Moment(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", time, absl::UTCTimeZone());
}

void ShowPlace(const Place& place, const Register& reg, Screen& s) {
  const absl::Status now = Closed(place.now), then = Closed(place.then);
  if (!then.ok()) {
    if (now.ok()) s.Change(Way::kStricter, absl::StrCat(place.name, ": would be closed"));
    return s.Line(place.name, absl::StrCat(now.ok() ? "closed then: " : "closed now and then: ",
                                           then.message()));
  }
  const v1::Rule rule = MeetOf(*place.then);
  const std::string who = WhoMayAsk(rule, &reg), year = YearWords(rule, reg);
  if (!now.ok()) {
    const bool waits = place.from != absl::InfinitePast();
    s.Change(Way::kWider,
             absl::StrCat(place.name, ": is closed now and would be open",
                          waits ? absl::StrCat(" from ", Moment(place.from),
                                               ", when other rules that it hangs on come into "
                                               "force")
                                : ""));
  } else if (const std::string before = YearWords(MeetOf(*place.now), reg); before != year) {
    s.Line(absl::StrCat(place.name, ", by the rules now"), before);
  }
  s.Line(absl::StrCat(place.name, ", then"), year);
  s.Line(absl::StrCat(place.name, ", who may ask then"), who);
}

void ShowPlaces(const std::vector<Place>& places, const Register& reg, Screen& s) {
  for (size_t i = 0; i < std::min(places.size(), kDatasetsShown); ++i) ShowPlace(places[i], reg, s);
  if (places.size() > kDatasetsShown) {
    s.Line("and", absl::StrCat(places.size() - kDatasetsShown, " more datasets"));
  }
}

template <typename Payload>
void AddWaitedFor(const Chain<Payload>* chain, absl::Time now, std::set<absl::Time>& times) {
  if (chain == nullptr) return;
  for (const auto& version : chain->versions) {
    if (version.matured_at > now && version.matured_at != absl::InfiniteFuture()) {
      times.insert(version.matured_at);
    }
  }
}

// When rules that wait now come into force.
std::set<absl::Time> WaitedFor(const Register& reg, const OrgId& owner, const std::string& dataset,
                               absl::Time now) {
  std::set<absl::Time> times;
  AddWaitedFor(&reg.CommonsPolicies(), now, times);
  AddWaitedFor(reg.OwnerPolicies(owner, dataset), now, times);
  AddWaitedFor(reg.OwnerPolicies(owner, ""), now, times);
  return times;
}

Place PlaceOf(const Register& reg, const Organisation& owner, const std::string& dataset,
              std::string name, absl::Time now, const Instead& instead) {
  Place place{std::move(name), RulePartsOf(reg, owner.id, dataset, now),
              RulePartsOf(reg, owner.id, dataset, now, instead)};
  if (Closed(place.now).ok() || Closed(place.then).ok()) return place;
  for (const absl::Time later : WaitedFor(reg, owner.id, dataset, now)) {
    Parts then = RulePartsOf(reg, owner.id, dataset, later, instead);
    if (!Closed(then).ok()) continue;
    place.then = std::move(then);
    place.from = later;
    break;
  }
  return place;
}

// The datasets that an owner gave notice of.
std::vector<std::string> HeldBy(const Register& reg, const OrgId& owner) {
  std::vector<std::string> held;
  for (const std::string& dataset : reg.Datasets()) {
    if (reg.Manifests(owner, dataset) != nullptr) held.push_back(dataset);
  }
  return held;
}

std::vector<Place> PlacesOf(const v1::OwnerPolicy& next, const Register& reg, absl::Time now) {
  const auto owner = OrgId::FromBytes(next.header().issuer());
  const Organisation* member = owner.ok() ? reg.FindMember(*owner) : nullptr;
  if (member == nullptr) return {};
  const std::vector<std::string> datasets =
      next.dataset().empty() ? HeldBy(reg, *owner) : std::vector<std::string>{next.dataset()};
  std::vector<Place> places;
  places.reserve(datasets.size());
  for (const std::string& dataset : datasets) {
    places.push_back(PlaceOf(reg, *member, dataset, Shown(dataset), now, {.own = &next}));
  }
  return places;
}

std::vector<Place> PlacesOf(const v1::CommonsPolicy& next, const Register& reg, absl::Time now) {
  std::vector<Place> places;
  for (const auto& [id, member] : reg.members()) {
    if (member.suspended) continue;
    for (const std::string& dataset : HeldBy(reg, id)) {
      places.push_back(PlaceOf(reg, member, dataset,
                               absl::StrCat(Shown(member.name), "'s ", Shown(dataset)), now,
                               {.common = &next}));
    }
  }
  return places;
}

}  // namespace

void ShowOwnerRules(const v1::OwnerPolicy& next, const v1::OwnerPolicy* before, const Register* reg,
                    Screen& s) {
  ShowRule(next.rule(), reg, s);
  const std::vector<Place> places = reg == nullptr || !s.now().has_value()
                                        ? std::vector<Place>()
                                        : PlacesOf(next, *reg, *s.now());
  if (before != nullptr) {
    ShowRuleChanges(before->rule(), next.rule(), reg, s, HeldBack(places, next.rule(), reg));
  }
  if (reg == nullptr) return;
  ShowPlaces(places, *reg, s);
}

void ShowCommonRules(const v1::CommonsPolicy& next, const v1::CommonsPolicy* before,
                     const Register& reg, Screen& s) {
  ShowRule(next.rule(), &reg, s);
  const std::vector<Place> places =
      s.now().has_value() ? PlacesOf(next, reg, *s.now()) : std::vector<Place>();
  if (before != nullptr) {
    ShowRuleChanges(before->rule(), next.rule(), &reg, s, HeldBack(places, next.rule(), &reg));
  }
  ShowPlaces(places, reg, s);
}

}  // namespace commons::governance
