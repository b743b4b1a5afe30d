// The proposals for the next version of the commons chain: which of them stand, which are
// certified, and how the votes stand (docs/decisions/0017-ballots.md).
#ifndef COMMONS_GOVERNANCE_FOLD_NEXT_VERSION_H_
#define COMMONS_GOVERNANCE_FOLD_NEXT_VERSION_H_

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/fold/card.h"
#include "governance/fold/commons_document.h"
#include "governance/fold/poll.h"
#include "governance/register/ballots.h"
#include "governance/register/state.h"

namespace commons::governance {

// What a fold of the commons reads.
struct CommonsGround {
  const CommonsDocument& charter;
  const CommonsDocuments& resolutions;
  const Cards& cards;
  const OrgStates& orgs;
  const CommonsState* before;  // an earlier fold, or nullptr
  // In the order of ballots, then of ids.
  std::map<uint64_t, std::vector<const CommonsDocument*>> by_version;

  const v1::Charter& Charter() const { return charter.document->As<v1::Charter>(); }
};

// Borrows both.
class NextVersion {
 public:
  NextVersion(const CommonsState& before, const CommonsGround& ground);

  // In the order of ballots, then of ids.
  struct Contender {
    const CommonsDocument* proposal;
    absl::Status stands;  // may be voted on
  };
  const std::vector<Contender>& contenders() const { return contenders_; }
  bool Follows(const Document& d) const;  // the version before
  // Why it is not certified; OK: it is.
  absl::Status WhyNot(const Contender& contender) const;
  // At most one, unless somebody said two things in one ballot.
  std::vector<const CommonsDocument*> Certified() const;
  absl::Time CertifiedAt(const CommonsDocument& certified) const;
  Ballots Votes() const;

 private:
  absl::Status Stands(const Document& d) const;
  void AddKnown(uint32_t ballot, const DocId& id, Candidates& known) const;
  bool HasDied(uint32_t ballot) const;
  std::vector<Proposal> Proposals() const;

  const CommonsState& before_;
  const CommonsGround& ground_;
  const Poll poll_;
  std::vector<Contender> contenders_;
  std::map<uint32_t, Candidates> known_;  // by ballot
  std::set<uint32_t> opened_ = {1};       // ballots before which all are dead
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_NEXT_VERSION_H_
