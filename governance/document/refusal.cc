#include "governance/document/refusal.h"

#include <utf8proc.h>

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"

namespace commons::governance {
namespace {

constexpr char kPayloadUrl[] = "commons.v1.Refusal";

v1::Reason ReasonOfCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kDeadlineExceeded:
      return v1::DEADLINE;
    case absl::StatusCode::kUnavailable:
      return v1::UNREACHABLE;
    case absl::StatusCode::kInvalidArgument:
      return v1::MALFORMED;
    case absl::StatusCode::kResourceExhausted:
      return v1::BUSY;
    case absl::StatusCode::kUnauthenticated:
      return v1::BAD_SIGNATURE;
    default:
      return v1::INTERNAL;
  }
}

// A message may quote bytes from outside, but a proto string that is not UTF-8 can't be parsed.
std::string AsUtf8(absl::string_view text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  utf8proc_int32_t code_point;
  for (utf8proc_ssize_t at = 0; at < size;) {
    const utf8proc_ssize_t used = utf8proc_iterate(bytes + at, size - at, &code_point);
    if (used <= 0) return absl::CHexEscape(text);
    at += used;
  }
  return std::string(text);
}

}  // namespace

absl::Status Refuse(v1::Reason reason, absl::string_view message, int position) {
  v1::Refusal refusal;
  refusal.set_reason(reason);
  refusal.set_message(AsUtf8(message));
  refusal.set_position(position);
  absl::Status status = absl::PermissionDeniedError(message);
  status.SetPayload(kPayloadUrl, absl::Cord(refusal.SerializeAsString()));
  return status;
}

v1::Refusal RefusalOf(const absl::Status& status) {
  v1::Refusal refusal;
  const auto payload = status.GetPayload(kPayloadUrl);
  if (payload.has_value() && refusal.ParseFromString(std::string(*payload))) return refusal;
  refusal.set_reason(ReasonOfCode(status.code()));
  refusal.set_message(AsUtf8(status.message()));
  refusal.set_position(-1);
  return refusal;
}

bool HasRefusal(const absl::Status& status) { return status.GetPayload(kPayloadUrl).has_value(); }

v1::Refusal RefusalForPeers(const absl::Status& status) {
  v1::Refusal refusal = RefusalOf(status);
  if (!HasRefusal(status)) refusal.set_message(std::string(PlainWords(refusal.reason())));
  return refusal;
}

v1::Reason ReasonOf(const absl::Status& status) { return RefusalOf(status).reason(); }

}  // namespace commons::governance
