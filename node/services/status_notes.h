// What a node's own people should know, in words: governance/review's notes on the local wire.
#ifndef COMMONS_NODE_SERVICES_STATUS_NOTES_H_
#define COMMONS_NODE_SERVICES_STATUS_NOTES_H_

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "governance/review/note.h"
#include "proto/local.pb.h"

namespace commons::node {

v1::StatusReply::Note OnWire(const governance::Note& note);

// About votes, recoveries, and where people of `own` and what their board signed stand.
void AddNotes(const governance::Register& reg, const OrgId& own, absl::Time now,
              v1::StatusReply& reply);

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_STATUS_NOTES_H_
