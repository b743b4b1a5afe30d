// The votes on one version of the commons chain: who has one, what each said, and what that
// decides.
#ifndef COMMONS_GOVERNANCE_FOLD_POLL_H_
#define COMMONS_GOVERNANCE_FOLD_POLL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/fold/commons_document.h"
#include "governance/register/ballots.h"
#include "governance/register/state.h"

namespace commons::governance {

// Whom a resolution suspends.
std::optional<OrgId> SuspendedBy(const Document& resolution);
// Whether the organisation has said, after it was admitted last, that it leaves.
bool HasLeft(const OrgId& org, const CommonsState& before, const OrgStates& orgs);

// Borrows all that it is made of.
class Poll {
 public:
  // Of the version after `before`, which has its members. `charter` says how many decide.
  Poll(const CommonsState& before, const v1::Charter& charter, const OrgStates& orgs);

  uint64_t version() const { return version_; }
  const Electorate& electorate() const { return electorate_; }

  // What this member said in a ballot; nullptr: nothing that counts.
  const Statement* Of(const OrgId& org, uint32_t ballot) const;
  // What is said in a ballot by those who have a vote, with a no of who left without a word.
  Said SaidIn(uint32_t ballot) const;
  // The approvals behind that.
  std::vector<std::shared_ptr<const Document>> ApprovalsIn(uint32_t ballot) const;

  // When this node had the last yes that the proposal needed. UNDER_SIGNED: it has too few.
  absl::StatusOr<absl::Time> CertifiedAt(const CommonsDocument& candidate) const;
  // Whether what a proposal carries shows, beside what is known of the documents named there, that
  // the ballot before its own is dead: OUT_OF_ORDER; NOT_A_MEMBER, BAD_SIGNATURE: a statement of
  // who has no vote, or that its board has not signed.
  absl::Status CheckProof(const Document& candidate, const Candidates& known) const;
  // `withdrawn` is the caller's to know.
  Proposal Describe(std::shared_ptr<const Document> candidate) const;

 private:
  bool SignedByItsBoard(const Organisation& member, uint32_t ballot,
                        const CitedApproval& approval) const;
  bool Counts(const OrgId& org, const Statement& statement) const;

  const CommonsState& before_;
  const OrgStates& orgs_;
  uint64_t version_;
  Electorate electorate_;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_POLL_H_
