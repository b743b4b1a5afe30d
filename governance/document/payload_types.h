// The payload types of everything that is signed: documents on disk and on the wire, peer messages.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_PAYLOAD_TYPES_H_
#define COMMONS_GOVERNANCE_DOCUMENT_PAYLOAD_TYPES_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "base/ids.h"

namespace commons::governance::kinds {

// Documents (proto/documents.proto).
inline constexpr char kOrgRoot[] = "commons/org-root/1";
inline constexpr char kRecovery[] = "commons/recovery/1";
inline constexpr char kNodeInfo[] = "commons/node-info/1";
inline constexpr char kCharter[] = "commons/charter/1";
inline constexpr char kResolution[] = "commons/resolution/1";
inline constexpr char kApproval[] = "commons/approval/1";
inline constexpr char kOwnerPolicy[] = "commons/owner-policy/1";
inline constexpr char kManifest[] = "commons/manifest/1";
inline constexpr char kAccreditation[] = "commons/accreditation/1";
inline constexpr char kProject[] = "commons/project/1";
inline constexpr char kProjectApproval[] = "commons/project-approval/1";
inline constexpr char kWithdrawal[] = "commons/withdrawal/1";
inline constexpr char kLeave[] = "commons/leave/1";
inline constexpr char kFreeze[] = "commons/freeze/1";
inline constexpr char kLift[] = "commons/lift/1";
inline constexpr char kDecline[] = "commons/decline/1";
inline constexpr char kRevocation[] = "commons/revocation/1";
inline constexpr char kObjection[] = "commons/objection/1";
// Not an envelope by itself: the id of a Standard item is over its bytes and this type.
inline constexpr char kStandard[] = "commons/standard/1";

// Peer messages (proto/peer.proto), signed by the sender's node key.
inline constexpr char kCompare[] = "commons/compare/1";
inline constexpr char kCompareReply[] = "commons/compare-reply/1";
inline constexpr char kPull[] = "commons/pull/1";
inline constexpr char kPullReply[] = "commons/pull-reply/1";
inline constexpr char kPush[] = "commons/push/1";
inline constexpr char kPushReply[] = "commons/push-reply/1";
inline constexpr char kPreview[] = "commons/preview/1";
inline constexpr char kPreviewReply[] = "commons/preview-reply/1";
inline constexpr char kPropose[] = "commons/propose/1";
inline constexpr char kVote[] = "commons/vote/1";
inline constexpr char kProposeReply[] = "commons/propose-reply/1";
inline constexpr char kSeal[] = "commons/seal/1";
inline constexpr char kSealReply[] = "commons/seal-reply/1";
inline constexpr char kSubmit[] = "commons/submit/1";
inline constexpr char kSubmitReply[] = "commons/submit-reply/1";
inline constexpr char kPublish[] = "commons/publish/1";
inline constexpr char kPublishReply[] = "commons/publish-reply/1";

}  // namespace commons::governance::kinds

namespace commons::governance {

// What a researcher signs to ask, without an envelope (docs/formats/aggregation.md).
inline std::string ResearcherMessage(const QueryId& query_id) {
  return absl::StrCat("commons/query/1", query_id.view());
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_PAYLOAD_TYPES_H_
