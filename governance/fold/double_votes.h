// Who said two things in one ballot: one in its log and another in what a proposal carries, or two
// in such. Each is signed by the board that it has now, so the two are proof against it. Both
// count.
#ifndef COMMONS_GOVERNANCE_FOLD_DOUBLE_VOTES_H_
#define COMMONS_GOVERNANCE_FOLD_DOUBLE_VOTES_H_

#include <vector>

#include "governance/fold/card.h"
#include "governance/fold/commons_document.h"
#include "governance/register/ballots.h"

namespace commons::governance {

// Each organisation and ballot once, in their order.
std::vector<DoubleVote> FindDoubleVotes(const CommonsDocuments& resolutions, const Cards& cards,
                                        const OrgStates& orgs);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_DOUBLE_VOTES_H_
