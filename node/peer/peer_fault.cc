#include "node/peer/peer_fault.h"

#include <string>

#include "absl/time/clock.h"
#include "governance/document/refusal.h"
#include "node/log/log.h"
#include "node/log/log_limit.h"

namespace commons::node {
namespace {
constexpr uint64_t kLinesAMinute = 60;
}  // namespace

void LogFault(absl::string_view kind, const absl::Status& fault) {
  static LogLimit limit(kLinesAMinute);
  const auto left_out = limit.Admit(absl::Now());
  if (!left_out) return;
  const std::string reason = fault.ToString(absl::StatusToStringMode::kWithNoExtraData);
  LogWarning("peer_not_answered", {{"reply", kind}, {"reason", reason}, {"left_out", *left_out}});
}

v1::Refusal RefusalToPeer(absl::string_view kind, const absl::Status& status) {
  if (!governance::HasRefusal(status)) LogFault(kind, status);
  return governance::RefusalForPeers(status);
}

}  // namespace commons::node
