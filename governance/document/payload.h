// Payload bytes to a message, read strictly; and what holds for every header.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_PAYLOAD_H_
#define COMMONS_GOVERNANCE_DOCUMENT_PAYLOAD_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "governance/document/kind.h"
#include "governance/document/refusal.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// 2200-01-01 and ten years: later times and longer waits are mistakes or attacks.
inline constexpr int64_t kSecondsMax = 7258118400;
inline constexpr int64_t kCoolingOffSecondsMax = 10LL * 366 * 86400;

inline constexpr size_t kSetNonceBytes = 16;

inline absl::Status Malformed(absl::string_view what) { return Refuse(v1::MALFORMED, what); }
inline bool IsTime(int64_t seconds) { return seconds >= 0 && seconds <= kSecondsMax; }
inline bool Is32(absl::string_view bytes) { return bytes.size() == 32; }

// What a reader does not understand might restrict: MALFORMED for an unknown field or enum value,
// at any depth.
absl::Status NothingUnknown(const google::protobuf::Message& message);

// MALFORMED unless the bytes are such a message in which nothing is unknown.
absl::Status ParseStrictly(absl::string_view bytes, google::protobuf::Message& message);

// nullptr for kinds without one.
const v1::Header* HeaderOf(const google::protobuf::Message& message);

// The header of a document that starts an organisation or a commons, of one that takes the place of
// an organisation's first, or of any other: MALFORMED; NOT_SUPPORTED_YET for critical features, a
// charter renewed and forks ended.
absl::Status CheckGenesis(const v1::Header& header, absl::string_view chain);
absl::Status CheckRenewal(const v1::Header& header, absl::string_view chain);
absl::Status CheckOrdinary(const v1::Header& header, absl::string_view chain);

// MALFORMED unless a document on no chain names its issuer, its commons (none when it is outside of
// all), a nonce and its time.
absl::Status CheckSetHead(const SetHead& head, bool outside_commons);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_PAYLOAD_H_
