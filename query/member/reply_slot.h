// When a reply goes out, where how long the work took tells something about rows: at the end of a
// slot of the owner's reply_slot_ms.
#ifndef COMMONS_QUERY_MEMBER_REPLY_SLOT_H_
#define COMMONS_QUERY_MEMBER_REPLY_SLOT_H_

#include <mutex>

#include "absl/time/time.h"
#include "query/member/member_context.h"
#include "query/member/sessions.h"

namespace commons::query {

// The end of the slot of a reply that is ready at `now`; with session.mu held. What came while
// another's work went on leaves with that one: messages a millisecond apart, each with slots of its
// own, would together show when the work ended.
absl::Time EndOfSlot(absl::Time received, absl::Time now, const Session& session);

// The session, locked while one message about it is handled. When this goes, it waits until
// session.slot_end, and that only after it has unlocked: whoever sends the same again and again
// must not make all of them wait in a row.
class SlotLock {
 public:
  // All outlive it.
  SlotLock(const MemberContext& context, Session& session, absl::Time received)
      : context_(context), session_(session), received_(received), lock_(session.mu) {}
  SlotLock(const SlotLock&) = delete;
  SlotLock& operator=(const SlotLock&) = delete;
  ~SlotLock();
  // This reply waits for the end of a slot of its own.
  void TakeSlot() { own_slot_ = true; }

 private:
  const MemberContext& context_;
  Session& session_;
  const absl::Time received_;
  bool own_slot_ = false;
  std::unique_lock<std::mutex> lock_;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_REPLY_SLOT_H_
