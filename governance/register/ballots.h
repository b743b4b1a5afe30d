// The votes on the next version of the commons chain, and the arithmetic of ballots
// (docs/decisions/0017-ballots.md). Plain data without a clock.
#ifndef COMMONS_GOVERNANCE_REGISTER_BALLOTS_H_
#define COMMONS_GOVERNANCE_REGISTER_BALLOTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/document.h"

namespace commons::governance {

// A ballot of a version of the commons chain; both start at 1.
using BallotId = std::pair<uint64_t, uint32_t>;

// What an organisation says in one ballot: the first approval of it in its log.
struct Statement {
  std::shared_ptr<const Document> approval;  // never nullptr
  DocId document;                            // of a no: what it was about, or zero
  bool yes = false;
  absl::Time seen_at;
  absl::Time forked_at = absl::InfiniteFuture();  // of the log that it lies in
  uint64_t leaves = 0;  // how often its organisation had left by then, by that log
};

// Who decides on a version: the members after the version before it, but the suspended.
struct Electorate {
  std::set<OrgId> orgs;
  uint64_t numerator = 2, denominator = 3;  // more than this part of them

  // The votes that a proposal needs; `suspends`: whom it suspends, who has no vote on it
  // (docs/decisions/0008).
  uint64_t Needed(const std::optional<OrgId>& suspends) const;
  // ... that a proposal needs of which nothing is known.
  uint64_t Least() const;
};

// Of everybody who spoke in a ballot: the document it said yes to, nullopt for no to all.
using Said = std::map<OrgId, std::optional<DocId>>;

// What is known of a document that somebody said yes to.
struct Candidate {
  std::optional<OrgId> suspends;
  bool possible = true;  // false: it cannot become this version in this ballot, whoever says yes
};
using Candidates = std::map<DocId, Candidate>;

// Whether no proposal of a ballot, also none that nobody has seen yet, can have the votes it needs
// any more, whatever they say who have not spoken. Once true, it stays true for whoever knows more.
bool IsDead(const Electorate& electorate, const Said& said, const Candidates& known);

// A proposal that may be voted on, by what is known here.
struct Proposal {
  DocId id;
  std::shared_ptr<const Document> document;  // never nullptr in a register
  OrgId issuer;
  uint32_t ballot = 1;
  // Everybody who has a vote on it, in one of four: `against` said no or yes to another proposal,
  // `gone` left without a word.
  std::set<OrgId> yes, against, unheard, gone;
  uint64_t needed = 0;
  bool withdrawn = false;  // its issuer asks for no more votes: advice

  size_t voters() const { return yes.size() + against.size() + unheard.size() + gone.size(); }
  bool lost() const { return yes.size() + unheard.size() < needed; }
};

// How many proposals of one version the register names: those with the most votes. All count.
inline constexpr size_t kProposalsNamed = 64;

struct Ballots {
  uint64_t version = 0;             // that is voted on; 0: no commons
  uint32_t ballot = 1;              // in which to propose: all before it are dead
  std::vector<Proposal> proposals;  // of any ballot of it; by ballot, then most yes first
  // What was said in the ballot before, which shows that it is dead. In no order of time.
  std::vector<std::shared_ptr<const Document>> dead;

  std::set<OrgId> unheard;  // in `ballot`
  uint64_t needed = 0;      // votes, by a new proposal that suspends nobody

  const Proposal* Find(const DocId& id) const;
  // A new proposal in `ballot` can't have the votes it needs, though the ballot is not dead yet.
  bool spent() const { return unheard.size() < needed; }
};

// Two things said in one ballot, each signed by the organisation's board. Both count.
struct DoubleVote {
  OrgId org;
  BallotId ballot;

  friend bool operator==(const DoubleVote&, const DoubleVote&) = default;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_BALLOTS_H_
