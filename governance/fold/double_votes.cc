#include "governance/fold/double_votes.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace commons::governance {
namespace {

// Every no is the same one.
using Word = std::optional<DocId>;
using Words = std::map<std::pair<OrgId, BallotId>, std::set<Word>>;

Word WordOf(bool yes, const DocId& document) { return yes ? Word(document) : std::nullopt; }

// By the newest: a key that was replaced says nothing in its organisation's name. So what a former
// board said twice is named only while it is the board.
bool SignedByItsBoard(const CitedApproval& said, const Cards& cards, const OrgStates& orgs) {
  const auto first = cards.find(said.issuer);
  if (first == cards.end()) return false;
  const auto state = orgs.find(said.issuer);
  if (state == orgs.end()) return Satisfies(first->second.root->board(), said.signers);
  const auto* newest = NewestWithPower(state->second->cards);
  return newest != nullptr && Satisfies(newest->payload->board(), said.signers);
}

void AddCarried(const Document& resolution, const Cards& cards, const OrgStates& orgs,
                Words& words) {
  for (const CitedApproval& said : resolution.cited) {
    if (!SignedByItsBoard(said, cards, orgs)) continue;
    words[{said.issuer, {said.version, said.ballot}}].insert(WordOf(said.yes, said.document));
  }
}

}  // namespace

std::vector<DoubleVote> FindDoubleVotes(const CommonsDocuments& resolutions, const Cards& cards,
                                        const OrgStates& orgs) {
  Words words;
  for (const auto& [id, resolution] : resolutions)
    AddCarried(*resolution.document, cards, orgs, words);
  std::vector<DoubleVote> found;
  for (auto& [place, said] : words) {
    const auto org = orgs.find(place.first);
    if (org != orgs.end()) {
      const auto logged = org->second->statements.find(place.second);
      if (logged != org->second->statements.end()) {
        said.insert(WordOf(logged->second.yes, logged->second.document));
      }
    }
    if (said.size() > 1) found.push_back({place.first, place.second});
  }
  return found;
}

}  // namespace commons::governance
