#include "query/asker/attendance.h"

#include "absl/strings/str_cat.h"
#include "governance/document/refusal.h"

namespace commons::query {

void Attendance::Saw(const Hash32& head, absl::Time now) {
  std::lock_guard lock(mu_);
  if (head == head_) return;
  if (head_ != Hash32()) moved_ = now;  // the first one is no change
  head_ = head;
}

bool Attendance::Settled(absl::Time now) const {
  std::lock_guard lock(mu_);
  return now - moved_ > kSettles;
}

void Attendance::Missed(const OrgId& member, absl::Time began, absl::Time now) {
  std::lock_guard lock(mu_);
  Record& record = records_[member];
  if (began < record.last_missed) return;
  record.last_missed = now;
  record.went_on = 0;
  record.misses.Add(now);
  if (record.misses.Count(now) < kMisses) return;
  record.left_out_until = now + kLeftOut;
  record.misses.Clear();
}

void Attendance::WentOn(const OrgId& member) {
  std::lock_guard lock(mu_);
  const auto record = records_.find(member);
  if (record == records_.end() || ++record->second.went_on < kMakeUp) return;
  record->second.went_on = 0;
  record->second.misses.TakeBackOldest(1);
}

absl::Status Attendance::MayAsk(const governance::Organisation& member, absl::Time now) {
  if (member.info.has_value() && absl::FromUnixSeconds(member.info->expires_at()) <= now) {
    return absl::UnavailableError("the address that it gave has expired");
  }
  std::lock_guard lock(mu_);
  const auto record = records_.find(member.id);
  if (record == records_.end() || record->second.left_out_until <= now) return absl::OkStatus();
  return governance::Refuse(
      v1::ABORT_LIMIT,
      absl::StrCat("left out until ",
                   absl::FormatTime("%Y-%m-%d %H:%M UTC", record->second.left_out_until,
                                    absl::UTCTimeZone()),
                   ": three times in a day it voted and then did not go on"));
}

void Attendance::Took(const OrgId& member, absl::Duration waited) {
  std::lock_guard lock(mu_);
  records_[member].last_took = waited;
}

absl::Duration Attendance::LastTook(const OrgId& member) const {
  std::lock_guard lock(mu_);
  const auto record = records_.find(member);
  return record == records_.end() ? absl::ZeroDuration() : record->second.last_took;
}

}  // namespace commons::query
