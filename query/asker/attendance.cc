#include "query/asker/attendance.h"

#include "absl/strings/str_cat.h"
#include "governance/refusal.h"

namespace commons::query {

void Attendance::Missed(const OrgId& member, absl::Time now) {
  std::lock_guard lock(mu_);
  Record& record = records_[member];
  record.misses.Add(now);
  if (record.misses.Count(now) < kMisses) return;
  record.left_out_until = now + kLeftOut;
  record.misses.Clear();
}

absl::Status Attendance::MayAsk(const governance::Organisation& member,
                                const v1::Question& question, absl::Time now) {
  if (member.info.has_value() && absl::FromUnixSeconds(member.info->expires_at()) <= now) {
    return absl::UnavailableError("the address that it gave has expired");
  }
  if (question.release() == v1::OPEN) return absl::OkStatus();
  std::lock_guard lock(mu_);
  const auto record = records_.find(member.id);
  if (record == records_.end() || record->second.left_out_until <= now) return absl::OkStatus();
  return governance::Refuse(
      v1::ABORT_LIMIT,
      absl::StrCat("left out until ",
                   absl::FormatTime("%Y-%m-%d %H:%M UTC", record->second.left_out_until,
                                    absl::UTCTimeZone()),
                   ": it was lost three times in a day after others had paid"));
}

}  // namespace commons::query
