// The project that a question is asked under, where the researcher does not give a whole id.
#ifndef COMMONS_QUERY_ASKER_FIND_PROJECT_H_
#define COMMONS_QUERY_ASKER_FIND_PROJECT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/local.pb.h"

namespace commons::query {

// By its id, or the beginning of one that no other has. By its name, or by nothing at all, only
// among the projects of this researcher and dataset that `own`, the asking organisation, stands
// for, or among all where it stands for none: any member may publish a project of any name with
// anybody's key, and such a one neither is signed under by guess nor gets into another's way.
// PROJECT_NOT_APPROVED naming what there is.
absl::StatusOr<const governance::ProjectInForce*> FindProject(const governance::Register& reg,
                                                              const OrgId& own,
                                                              const v1::PrepareRequest& request,
                                                              absl::string_view dataset,
                                                              absl::Time now);

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_FIND_PROJECT_H_
