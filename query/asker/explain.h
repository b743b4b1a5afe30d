// Who would answer a question, who would refuse and why, and what it would cost and show.
#ifndef COMMONS_QUERY_ASKER_EXPLAIN_H_
#define COMMONS_QUERY_ASKER_EXPLAIN_H_

#include "proto/local.pb.h"
#include "query/asker/attendance.h"
#include "query/asker/prepared.h"
#include "query/peer/node_context.h"

namespace commons::query {

// Asks every owner with Preview; reserves and spends nothing, touches no data.
v1::ExplainReply ExplainQuestion(const NodeContext& context, const FanOut& fan_out,
                                 const Prepared& prepared, Attendance& attendance);

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_EXPLAIN_H_
