// What the register says about a question to be asked: the release and class to name, the project
// and purpose to ask under.
#ifndef COMMONS_QUERY_ASKER_PLAN_UNDER_H_
#define COMMONS_QUERY_ASKER_PLAN_UNDER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/local.pb.h"
#include "query/question/plan.h"

namespace commons::query {

// SQL to a complete question of `own`: OPEN when every owner with a rule says so, else PROTECTED in
// the strictest class of their rules. Refusals of PlanQuery, UNKNOWN_DATASET naming the nearest
// one, NO_DATA when nobody holds it, PROJECT_NOT_APPROVED, PURPOSE_NOT_ALLOWED naming what there
// is, RELEASE_NOT_ALLOWED when the rules say open and the dataset may not be.
absl::StatusOr<Plan> PlanUnder(const governance::Register& reg, const OrgId& own,
                               const v1::PrepareRequest& request, absl::Time now);

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_PLAN_UNDER_H_
