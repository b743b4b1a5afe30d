// The asking node's side of a question (docs/formats/aggregation.md): plan, propose, seal, submit,
// publish, present.
// See contributor.h for the exchange. The asker's own node contributes through the same messages.
#ifndef COMMONS_QUERY_ASKER_H_
#define COMMONS_QUERY_ASKER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "proto/local.pb.h"
#include "proto/peer.pb.h"
#include "query/attendance.h"
#include "query/contributor.h"
#include "query/plan.h"

namespace commons::query {

enum class Phase { kPreview, kPropose, kSeal, kSubmit, kPublish };

struct Outgoing {
  OrgId to;
  v1::Envelope message;
};
// Sends every message at once and returns one reply or status per message, in order, by the
// deadline at the latest (kDeadlineExceeded or kUnavailable for those that did not answer).
// Includes this node itself. Injected: node/ sends over gRPC, tests call Contributors directly.
using FanOut = std::function<std::vector<absl::StatusOr<v1::Envelope>>(
    Phase phase, const std::vector<Outgoing>& messages, absl::Duration timeout)>;

// A question that is ready to be signed by the researcher.
struct Prepared {
  Plan plan;
  v1::Propose proposal;  // without researcher_signature and recipient
  QueryId query_id;
  PublicKey researcher;
};

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
  // Who would answer, who would refuse and why, cost, cells, margin; asks for no data.
  v1::ExplainReply Explain(const v1::PrepareRequest& request);

 private:
  NodeContext context_;
  FanOut fan_out_;
  Attendance attendance_;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_H_
