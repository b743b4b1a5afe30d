// The asking node's side of a question (docs/formats/aggregation.md): plan, propose, seal, submit,
// publish, present.
// See member/contributor.h for the exchange. The asker's own node contributes through the same
// messages.
#ifndef COMMONS_QUERY_ASKER_ASKER_H_
#define COMMONS_QUERY_ASKER_ASKER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/local.pb.h"
#include "query/asker/attendance.h"
#include "query/asker/prepared.h"
#include "query/asker/restraint.h"
#include "query/peer/node_context.h"

namespace commons::query {

// Thread-safe; one call runs one question on the calling thread, at most limits::kQuestionSeconds.
class Asker {
 public:
  Asker(NodeContext context, FanOut fan_out);

  // SQL to a question under the register: purpose and project default to the only possible ones.
  // MESSAGE_TOO_LARGE when the answer could not be countersigned.
  absl::StatusOr<Prepared> Prepare(const v1::PrepareRequest& request);
  // Asks; what is signed is governance::ResearcherMessage. A refusal is an Answer with `refusal`
  // set and the members' states; never a wrong number.
  v1::Answer Run(const Prepared& prepared, absl::string_view researcher_signature, bool per_member);
  // Whether a question may begin now (restraint.h); if not, in some seconds it may.
  bool MayBegin() { return restraint_.MayBegin(context_.clock->Now()); }
  // Who would answer, who would refuse and why, cost, cells, margin; asks for no data.
  v1::ExplainReply Explain(const v1::PrepareRequest& request);

 private:
  NodeContext context_;
  FanOut fan_out_;
  Attendance attendance_;
  Restraint restraint_;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_ASKER_H_
