// Which version of the protocol a question needs (query/peer/peer_message.h). Pure.
#ifndef COMMONS_QUERY_RELEASE_QUESTION_VERSION_H_
#define COMMONS_QUERY_RELEASE_QUESTION_VERSION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// The oldest by which a valid question is read as it is meant.
uint32_t VersionOf(const v1::Question& question, const v1::Standard& standard);

// NEWER_VERSION when the asker's message bears an older one than that: it would expect another
// answer than this node gives.
absl::Status CheckVersion(const v1::PeerHeader& header, absl::string_view asker,
                          const v1::Question& question, const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_QUESTION_VERSION_H_
