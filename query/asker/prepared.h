// A question on its way, and how its messages go out.
#ifndef COMMONS_QUERY_ASKER_PREPARED_H_
#define COMMONS_QUERY_ASKER_PREPARED_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "proto/peer.pb.h"
#include "query/question/plan.h"

namespace commons::query {

enum class Phase { kPreview, kPropose, kSeal, kSubmit, kPublish };

struct Outgoing {
  OrgId to;
  v1::Envelope message;
};
struct Incoming {
  absl::StatusOr<v1::Envelope> message;
  absl::Duration took;  // from sending until it came, or was given up
};
// Sends every message at once and returns one reply or status per message, in order, by the
// deadline at the latest (kDeadlineExceeded or kUnavailable for those that did not answer).
// Includes this node itself. Injected: node/ sends over gRPC, tests call Contributors directly.
using FanOut = std::function<std::vector<Incoming>(
    Phase phase, const std::vector<Outgoing>& messages, absl::Duration timeout)>;

// A question that is ready to be signed by the researcher.
struct Prepared {
  Plan plan;
  v1::Propose proposal;  // without researcher_signature and recipient
  QueryId query_id;
  PublicKey researcher;
  uint32_t version = 0;  // that it needs (release/question_version.h)
  size_t scans = 1;      // how many ordinary ones each member's is like (release/answer_size.h)
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_PREPARED_H_
