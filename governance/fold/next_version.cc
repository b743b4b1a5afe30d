#include "governance/fold/next_version.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/fold/fits.h"

namespace commons::governance {
namespace {

uint32_t BallotOf(const Document& resolution) { return resolution.As<v1::Resolution>().ballot(); }

// A proposal that stands, and how many say yes.
struct Standing {
  uint64_t yes;
  std::shared_ptr<const Document> document;
};

// How many say yes to what, ballot by ballot.
class Tally {
 public:
  explicit Tally(const Poll& poll) : poll_(poll) {}
  uint64_t YesTo(const Document& d) {
    const auto [ballot, fresh] = counted_.try_emplace(BallotOf(d));
    if (fresh) {
      for (const auto& [org, document] : poll_.SaidIn(ballot->first)) {
        if (document.has_value()) ++ballot->second[*document];
      }
    }
    const auto found = ballot->second.find(d.id);
    return found == ballot->second.end() ? 0 : found->second;
  }

 private:
  const Poll& poll_;
  std::map<uint32_t, std::map<DocId, uint64_t>> counted_;
};

}  // namespace

NextVersion::NextVersion(const CommonsState& before, const CommonsGround& ground)
    : before_(before), ground_(ground), poll_(before, ground.Charter(), ground.orgs) {
  const auto candidates = ground.by_version.find(poll_.version());
  if (candidates == ground.by_version.end()) return;
  for (const CommonsDocument* candidate : candidates->second) {
    const Document& d = *candidate->document;
    absl::Status stands = Stands(d);
    const absl::Status fits = Fits(d, before, ground.Charter().practice());
    if (Follows(d)) known_[BallotOf(d)][d.id] = {SuspendedBy(d), fits.ok()};
    if (stands.ok()) opened_.insert(BallotOf(d));
    contenders_.push_back({candidate, stands.ok() ? fits : stands});
  }
}

bool NextVersion::Follows(const Document& d) const {
  return d.header->version() == poll_.version() &&
         d.header->prev(0) == before_.certified.back().view();
}

// By way of the proposals of each ballot, whose proofs are checked here as well, all ballots before
// it are dead.
absl::Status NextVersion::Stands(const Document& d) const {
  const uint64_t version = d.header->version();
  if (!Follows(d)) {
    return Refuse(v1::OUT_OF_ORDER, absl::StrCat("version ", version, " does not follow version ",
                                                 before_.certified.size()));
  }
  const uint32_t ballot = BallotOf(d);
  if (ballot == 1) return absl::OkStatus();
  if (!opened_.contains(ballot - 1)) {
    return Refuse(v1::OUT_OF_ORDER, absl::StrCat("ballot ", ballot, " of version ", version,
                                                 ": no proposal has opened ballot ", ballot - 1));
  }
  Candidates known;
  for (const CitedApproval& said : d.cited) AddKnown(ballot - 1, said.document, known);
  return poll_.CheckProof(d, known);
}

// What is known of a document that somebody said yes to in a ballot: one of that ballot, or
// another, that it is none.
void NextVersion::AddKnown(uint32_t ballot, const DocId& id, Candidates& known) const {
  if (!ground_.resolutions.contains(id)) return;
  const auto of_ballot = known_.find(ballot);
  const bool here = of_ballot != known_.end() && of_ballot->second.contains(id);
  known[id] = here ? of_ballot->second.at(id) : Candidate{std::nullopt, false};
}

absl::Status NextVersion::WhyNot(const Contender& contender) const {
  RETURN_IF_ERROR(contender.stands);
  RETURN_IF_ERROR(IsReady(*contender.proposal->document, before_, ground_.cards, ground_.orgs));
  return poll_.CertifiedAt(*contender.proposal).status();
}

std::vector<const CommonsDocument*> NextVersion::Certified() const {
  std::vector<const CommonsDocument*> certified;
  for (const Contender& contender : contenders_) {
    if (WhyNot(contender).ok()) certified.push_back(contender.proposal);
  }
  return certified;
}

absl::Time NextVersion::CertifiedAt(const CommonsDocument& certified) const {
  return *poll_.CertifiedAt(certified);
}

// Those with the most votes, then of the latest ballot.
std::vector<Proposal> NextVersion::Proposals() const {
  std::vector<Standing> standing;
  Tally tally(poll_);
  for (const auto& [proposal, stands] : contenders_) {
    const Document& d = *proposal->document;
    if (stands.ok()) standing.push_back({tally.YesTo(d), proposal->document});
  }
  std::stable_sort(standing.begin(), standing.end(), [](const Standing& a, const Standing& b) {
    return std::tuple(b.yes, BallotOf(*b.document)) < std::tuple(a.yes, BallotOf(*a.document));
  });
  if (standing.size() > kProposalsNamed) standing.resize(kProposalsNamed);
  std::stable_sort(standing.begin(), standing.end(), [](const Standing& a, const Standing& b) {
    return BallotOf(*a.document) < BallotOf(*b.document);
  });
  std::vector<Proposal> proposals;
  for (const Standing& each : standing) {
    proposals.push_back(poll_.Describe(each.document));
    const auto issuer = ground_.orgs.find(proposals.back().issuer);
    proposals.back().withdrawn =
        issuer != ground_.orgs.end() && issuer->second->withdrawn.contains(each.document->id);
  }
  return proposals;
}

bool NextVersion::HasDied(uint32_t ballot) const {
  const Said said = poll_.SaidIn(ballot);
  Candidates known;
  for (const auto& [org, document] : said) {
    if (document.has_value()) AddKnown(ballot, *document, known);
  }
  return IsDead(poll_.electorate(), said, known);
}

Ballots NextVersion::Votes() const {
  Ballots votes;
  votes.version = poll_.version();
  votes.proposals = Proposals();
  while (opened_.contains(votes.ballot) && HasDied(votes.ballot)) ++votes.ballot;
  const Said said = poll_.SaidIn(votes.ballot);
  for (const OrgId& org : poll_.electorate().orgs) {
    if (!said.contains(org)) votes.unheard.insert(org);
  }
  votes.needed = poll_.electorate().Needed(std::nullopt);
  if (votes.ballot > 1) votes.dead = poll_.ApprovalsIn(votes.ballot - 1);
  return votes;
}

}  // namespace commons::governance
