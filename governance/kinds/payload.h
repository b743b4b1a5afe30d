// Payload bytes of one kind to a message that obeys every rule that needs no other document.
#ifndef COMMONS_GOVERNANCE_KINDS_PAYLOAD_H_
#define COMMONS_GOVERNANCE_KINDS_PAYLOAD_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// The one chain of an organisation's cards, and the one of Charter and Resolutions.
inline constexpr char kOrgChain[] = "org";
inline constexpr char kCommonsChain[] = "commons";
// 2200-01-01 and ten years: later times and longer waits are mistakes or attacks.
inline constexpr int64_t kSecondsMax = 7258118400;
inline constexpr int64_t kCoolingOffSecondsMax = 10LL * 366 * 86400;

using MessagePtr = std::shared_ptr<const google::protobuf::Message>;

// Refusals: UNKNOWN_KIND, MALFORMED (also unknown fields and enum values at any depth),
// NOT_SUPPORTED_YET. Embedded envelopes are not opened.
absl::StatusOr<MessagePtr> ParsePayload(absl::string_view kind, absl::string_view bytes);

// The header of a message made by ParsePayload; nullptr for kinds without one.
const v1::Header* HeaderOf(const google::protobuf::Message& message);

// What a reader does not understand might restrict: MALFORMED for an unknown field or enum value,
// at any depth.
absl::Status NothingUnknown(const google::protobuf::Message& message);

// 1 to 63 bytes of UTF-8 (NFC) without '/' and control characters, not starting with '.' or '-':
// safe as a folder, as an argument and on a screen.
bool IsShortName(absl::string_view name);
// Each list of a Rule: bounded; ids of 32 bytes; the empty text only alone ("allows nothing").
absl::Status ValidateRule(const v1::Rule& rule);
absl::Status ValidateOrgRoot(const v1::OrgRoot& root);
// The keys that name an organisation to its peers: no two members share one.
std::vector<std::string> NodeKeysOf(const v1::OrgRoot& root);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_PAYLOAD_H_
