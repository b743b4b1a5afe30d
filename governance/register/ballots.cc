#include "governance/register/ballots.h"

#include <algorithm>

namespace commons::governance {
namespace {

// Half of the members but a subject would let two crossing suspensions pass; half of all is two for
// three members, and never one.
uint64_t NeededOf(uint64_t voters, const Electorate& electorate, bool suspension) {
  const uint64_t part = voters * electorate.numerator / electorate.denominator;
  return std::max(part, suspension ? electorate.orgs.size() / 2 : 0) + 1;
}

// How many may yet stand behind a proposal: who said yes to it, and who has not spoken.
uint64_t Reach(const Electorate& electorate, const Said& said, const std::set<OrgId>& yes,
               uint64_t unheard, const std::optional<OrgId>& suspends) {
  const bool votes = suspends.has_value() && electorate.orgs.contains(*suspends);
  const bool counted = votes && (yes.contains(*suspends) || !said.contains(*suspends));
  return yes.size() + unheard - (counted ? 1 : 0);
}

}  // namespace

uint64_t Electorate::Needed(const std::optional<OrgId>& suspends) const {
  const bool votes = suspends.has_value() && orgs.contains(*suspends);
  return NeededOf(orgs.size() - (votes ? 1 : 0), *this, suspends.has_value());
}

uint64_t Electorate::Least() const {
  const uint64_t others = orgs.empty() ? 0 : orgs.size() - 1;
  return std::min(NeededOf(orgs.size(), *this, false), NeededOf(others, *this, true));
}

bool IsDead(const Electorate& electorate, const Said& said, const Candidates& known) {
  std::map<DocId, std::set<OrgId>> yes;
  uint64_t unheard = electorate.orgs.size();
  for (const auto& [org, document] : said) {
    if (!electorate.orgs.contains(org)) continue;
    --unheard;
    if (document.has_value()) yes[*document].insert(org);
  }
  if (unheard >= electorate.Least()) return false;  // for one that nobody has seen yet
  return std::all_of(yes.begin(), yes.end(), [&](const auto& each) {
    const auto candidate = known.find(each.first);
    if (candidate == known.end()) return each.second.size() + unheard < electorate.Least();
    const auto& suspends = candidate->second.suspends;
    return !candidate->second.possible ||
           Reach(electorate, said, each.second, unheard, suspends) < electorate.Needed(suspends);
  });
}

const Proposal* Ballots::Find(const DocId& id) const {
  const auto found = std::find_if(proposals.begin(), proposals.end(),
                                  [&](const Proposal& proposal) { return proposal.id == id; });
  return found == proposals.end() ? nullptr : &*found;
}

}  // namespace commons::governance
