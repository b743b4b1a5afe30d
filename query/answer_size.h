// Whether an answer can be countersigned: each member is sent all contributions, and the total, in
// one message. Known before anybody is asked. Pure.
#ifndef COMMONS_QUERY_ANSWER_SIZE_H_
#define COMMONS_QUERY_ANSWER_SIZE_H_

#include <cstddef>

#include "absl/status/status.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// MESSAGE_TOO_LARGE when the answers of so many owners to a valid question would exceed
// limits::kPeerMessageBytes.
absl::Status CheckAnswerSize(const v1::Question& question, const v1::Standard& standard,
                             size_t owners);

}  // namespace commons::query

#endif  // COMMONS_QUERY_ANSWER_SIZE_H_
