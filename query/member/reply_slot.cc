#include "query/member/reply_slot.h"

#include <algorithm>

namespace commons::query {

absl::Time EndOfSlot(absl::Time received, absl::Time now, const Session& session) {
  if (session.reply_slot <= absl::ZeroDuration()) return absl::InfinitePast();
  if (now < session.slot_end) return session.slot_end;
  const absl::Time from = std::max(received, session.slot_end);
  const absl::Duration used = std::max(now - from, absl::ZeroDuration());
  return from + absl::Floor(used, session.reply_slot) + session.reply_slot;
}

SlotLock::~SlotLock() {
  const absl::Time now = context_.clock->Now();
  const absl::Time end = own_slot_ ? EndOfSlot(received_, now, session_) : session_.slot_end;
  lock_.unlock();
  // Never more than a slot, wherever the clock was set meanwhile.
  const absl::Duration wait = std::min(end - now, session_.reply_slot);
  if (context_.wait && wait > absl::ZeroDuration()) context_.wait(wait);
}

}  // namespace commons::query
