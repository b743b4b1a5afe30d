// Would this member answer this question now? The same steps for Preview, Propose and again at Seal
// and Submit, so that a rule that became narrower in between is obeyed.
#ifndef COMMONS_QUERY_MEMBER_PERMIT_H_
#define COMMONS_QUERY_MEMBER_PERMIT_H_

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "governance/rules/decide.h"
#include "proto/peer.pb.h"
#include "query/member/member_context.h"

namespace commons::query {

struct Asked {
  OrgId asking_org;
  PublicKey researcher;
};

struct Permit {
  governance::Permission permission;
  const governance::StandardInForce* standard;  // owned by the register
  v1::Requirements requirements;
  uint64_t cost_micro_rho = 0;  // 0 when open
  uint64_t edition = 0;
};

// Any refusal: STALE, CLOCK, WRONG_COMMONS, UNKNOWN_DATASET, WRONG_STANDARD, those of
// ValidateQuestion, Decide and CostOf, BUDGET_EXHAUSTED (of one question), NO_DATA,
// TOO_FEW_MEMBERS (that have been members for long enough). Reserves nothing.
absl::StatusOr<Permit> PermitQuestion(const MemberContext& context, const governance::Register& reg,
                                      const v1::Question& question, const Asked& asked);

// FROZEN when this owner has stopped it, whatever else the rules say.
absl::Status CheckNotStopped(const MemberContext& context, const governance::Register& reg,
                             const v1::Question& question, const Asked& asked);

// Whether the question groups or filters by a column with a code that only `owner` can have. Which
// codes a filter keeps makes no difference: it tells those it keeps from those it leaves out, and
// with the total over everything, or other filters of the column, each side shows the other. (A
// filter that keeps all codes is none: ValidateQuestion.)
bool UsesExclusiveCode(const v1::Question& question, const v1::Standard& standard,
                       const OrgId& owner);

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_PERMIT_H_
