#include "governance/fold/fits.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/fold/poll.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/kinds/organisation/org_root.h"

namespace commons::governance {
namespace {

// Names and node keys, which never look alike.
absl::Status CardsFit(const Document& d, const CommonsState& before, bool practice) {
  std::map<std::string, OrgId> taken;
  for (const auto& [org, member] : before.members) {
    taken[member.name] = org;
    for (const std::string& key : NodeKeysOf(member.root)) taken[key] = org;
  }
  for (const auto& card : d.cards) {
    const auto& root = card->As<v1::OrgRoot>();
    std::vector<std::string> wanted = NodeKeysOf(root);
    wanted.push_back(root.name());
    for (const std::string& name : wanted) {
      if (taken.emplace(name, OrganisationOf(*card)).first->second != OrganisationOf(*card)) {
        return Refuse(v1::MALFORMED, absl::StrCat("the name or a node's key of '", root.name(),
                                                  "' is another member's"));
      }
    }
    if (root.practice() && !practice) {
      return Refuse(v1::PRACTICE_KEY, absl::StrCat("'", root.name(), "' has practice keys"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CardsComplete(const Document& document, const Cards& cards) {
  for (const auto& card : document.cards) {
    if (!cards.at(OrganisationOf(*card)).Complete()) {
      return Refuse(v1::UNDER_SIGNED, absl::StrCat("the card of '", card->As<v1::OrgRoot>().name(),
                                                   "' lacks signatures"));
    }
  }
  return absl::OkStatus();
}

absl::Status Fits(const Document& resolution, const CommonsState& before, bool practice) {
  if (const auto subject = SuspendedBy(resolution);
      subject.has_value() && !before.members.contains(*subject)) {
    return Refuse(v1::NOT_A_MEMBER, "a suspension of an organisation that is not a member");
  }
  for (const std::string& departs : resolution.As<v1::Resolution>().departures()) {
    if (!before.members.contains(*OrgId::FromBytes(departs))) {
      return Refuse(v1::NOT_A_MEMBER, "a departure of an organisation that is not a member");
    }
  }
  return resolution.cards.empty() ? absl::OkStatus() : CardsFit(resolution, before, practice);
}

absl::Status IsReady(const Document& resolution, const CommonsState& before, const Cards& cards,
                     const OrgStates& orgs) {
  for (const std::string& departs : resolution.As<v1::Resolution>().departures()) {
    const Organisation& member = before.members.at(*OrgId::FromBytes(departs));
    if (!HasLeft(member.id, before, orgs)) {
      return Refuse(v1::OUT_OF_ORDER, absl::StrCat("a departure of '", member.name,
                                                   "', which has not said that it leaves"));
    }
  }
  return CardsComplete(resolution, cards);
}

}  // namespace commons::governance
