// What the audit says of a question. Pure.
#ifndef COMMONS_QUERY_AUDIT_ASKED_H_
#define COMMONS_QUERY_AUDIT_ASKED_H_

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/audit.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// Who asks what for which project, with names as the register knows them at `now`; not yet which
// question number it has, nor what was decided. What means nothing by the definition in force has
// no digest, SQL or words. Everything is bounded but the question itself.
v1::AuditQuestion AskedOf(const governance::Register& reg, const v1::Question& question,
                          const OrgId& asking_org, const PublicKey& researcher, absl::Time now);

// The same in few bytes: without the question, its texts cut.
void MakeBrief(v1::AuditQuestion& asked);

}  // namespace commons::query

#endif  // COMMONS_QUERY_AUDIT_ASKED_H_
