#include "query/audit/audit_trail.h"

#include <utility>

#include "base/status.h"
#include "query/audit/asked.h"

namespace commons::query {
namespace {

// What no budget bounds.
bool IsFree(const v1::AuditQuestion& question) {
  return question.has_refusal() || question.cost_micro_rho() == 0;
}

}  // namespace

absl::Status AuditTrail::Write(v1::AuditEntry& entry, absl::Time now) {
  entry.set_at_ms(absl::ToUnixMillis(now));
  return log_->Append(entry.SerializeAsString());
}

absl::Status AuditTrail::TellUncounted(Today& of, absl::Time now) {
  if (of.uncounted.attempts() == 0) return absl::OkStatus();
  v1::AuditEntry entry;
  *entry.mutable_uncounted() = of.uncounted;
  RETURN_IF_ERROR(Write(entry, now));
  of.uncounted.Clear();
  return absl::OkStatus();
}

absl::Status AuditTrail::Asked(v1::AuditQuestion question, absl::Time now) {
  const auto org = OrgId::FromBytes(question.asking_org());
  std::lock_guard lock(mu_);
  Today& today = today_[org.ok() ? *org : OrgId()];
  if (today.entries.Today(now) >= kOneByOneADay && IsFree(question)) {
    today.uncounted.set_asking_org(question.asking_org());
    today.uncounted.set_asking_member(question.asking_member());
    today.uncounted.set_attempts(today.uncounted.attempts() + 1);
    if (today.uncounted.attempts() < kCountedTogether) return absl::OkStatus();
    return TellUncounted(today, now);
  }
  RETURN_IF_ERROR(TellUncounted(today, now));
  v1::AuditEntry entry;
  *entry.mutable_question() = std::move(question);
  if (today.bytes.Today(now) + entry.ByteSizeLong() > kWholeBytesADay) {
    MakeBrief(*entry.mutable_question());
  } else {
    today.bytes.Add(entry.ByteSizeLong(), now);
  }
  today.entries.Add(1, now);
  return Write(entry, now);
}

absl::Status AuditTrail::CameToThis(const v1::AuditOutcome& outcome, absl::Time now) {
  v1::AuditEntry entry;
  *entry.mutable_outcome() = outcome;
  return Write(entry, now);
}

absl::Status AuditTrail::Did(const v1::AuditDeed& deed, absl::Time now) {
  v1::AuditEntry entry;
  *entry.mutable_deed() = deed;
  return Write(entry, now);
}

}  // namespace commons::query
