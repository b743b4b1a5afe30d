// The checks that every message between nodes passes, in one place: nothing relies on who
// dialled. docs/formats/aggregation.md.
#ifndef COMMONS_QUERY_PEER_PEER_MESSAGE_H_
#define COMMONS_QUERY_PEER_PEER_MESSAGE_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "google/protobuf/message.h"
#include "governance/register/register.h"
#include "proto/peer.pb.h"

namespace commons::query {

inline constexpr absl::Duration kFreshness = absl::Minutes(5);
// The newest that this node speaks. A change that an older node would misread gets the next number;
// fields that may be passed over do not. A message bears the oldest by which it is read as meant,
// so that nodes of different versions go on understanding each other as far as they can.
inline constexpr uint32_t kPeerVersion = 6;
inline constexpr uint32_t kPlainVersion = 1;
// The oldest that is still understood. It rises in two releases, so that each goes on with the one
// before it: the first raises kPlainVersion, the next this one (docs/operating/upgrading.md).
inline constexpr uint32_t kOldestPeerVersion = 1;
static_assert(kOldestPeerVersion <= kPlainVersion && kPlainVersion <= kPeerVersion,
              "a node understands what it says itself");
// Of questions whose filters leave groups out: a node from before it counts those too.
inline constexpr uint32_t kVersionOfKeptGroups = 2;
// Of questions for percentiles, by weeks, or with FILTER, CASE or OR between columns: a node from
// before it counts no bands, knows no weeks, and takes the others for malformed.
inline constexpr uint32_t kVersionOfPercentiles = 3;
inline constexpr uint32_t kVersionOfWeeks = 3;
inline constexpr uint32_t kVersionOfConditions = 3;
// Of questions by a grouping that the definition declares.
inline constexpr uint32_t kVersionOfGroupings = 4;
// Of questions with OR between columns in FILTER.
inline constexpr uint32_t kVersionOfJointPartials = 5;
// Of questions with OR between columns whose bins have more combinations than may be listed, and of
// one column at several levels: a node from before takes both for malformed.
inline constexpr uint32_t kVersionOfParts = 6;
inline constexpr uint32_t kVersionOfLevels = 6;

// One signature, by the node key, over the serialised message.
v1::Envelope SignPeerMessage(absl::string_view kind, const google::protobuf::Message& message,
                             const crypto::SigningKey& key);

// A peer's refusal as a status of ours: its words in one line of limits::kPeerWordsBytes.
absl::Status StatusOf(const v1::Refusal& refusal);

// Of kPlainVersion.
v1::PeerHeader MakeHeader(const CommonsId& commons, const OrgId& sender, const OrgId& recipient,
                          absl::Time now, crypto::RandomSource& random);

struct PeerVersions {
  uint32_t oldest = kOldestPeerVersion, newest = kPeerVersion;  // both understood
};
// NEWER_VERSION, WIRE_TOO_OLD: a message of `sender` that bears a version which is not understood.
// One that bears none is of version 1, from before messages said it.
absl::Status CheckPeerVersion(uint32_t version, absl::string_view sender,
                              const PeerVersions& understood = {});

namespace internal {
// Size, type, exactly one signature, by the node key of a member that is not suspended.
absl::StatusOr<const governance::Organisation*> CheckEnvelope(const v1::Envelope& envelope,
                                                              absl::string_view kind,
                                                              const governance::Register& reg);
absl::Status ParsePayload(const v1::Envelope& envelope, google::protobuf::Message& message);
absl::Status CheckHeader(const v1::PeerHeader& header, const governance::Organisation& sender,
                         const governance::Register& reg, const OrgId& recipient, absl::Time now);
}  // namespace internal

template <typename T>
struct PeerMessage {
  T message;
  const governance::Organisation* sender;  // owned by the register
};

// MESSAGE_TOO_LARGE, MALFORMED (another kind, unparsable), BAD_SIGNATURE, NOT_A_MEMBER (unknown or
// suspended), CheckPeerVersion's (before anything else of the header is believed), WRONG_COMMONS,
// WRONG_RECIPIENT, CLOCK (sent more than 5 minutes from `now`, with both times).
template <typename T>
absl::StatusOr<PeerMessage<T>> OpenPeerMessage(const v1::Envelope& envelope, absl::string_view kind,
                                               const governance::Register& reg,
                                               const OrgId& recipient, absl::Time now) {
  auto sender = internal::CheckEnvelope(envelope, kind, reg);
  if (!sender.ok()) return std::move(sender).status();
  PeerMessage<T> opened{T(), *sender};
  absl::Status status = internal::ParsePayload(envelope, opened.message);
  if (status.ok()) {
    status = internal::CheckHeader(opened.message.header(), **sender, reg, recipient, now);
  }
  if (!status.ok()) return status;
  return opened;
}

// The message of somebody whose card is not known here yet: its kind and its payload, within
// bounds; neither signature nor header is looked at, so what it holds must prove itself. MALFORMED.
absl::Status ReadUnverified(const v1::Envelope& envelope, absl::string_view kind,
                            google::protobuf::Message& message);

}  // namespace commons::query

#endif  // COMMONS_QUERY_PEER_PEER_MESSAGE_H_
