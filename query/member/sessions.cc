#include "query/member/sessions.h"

#include "governance/refusal.h"

namespace commons::query {

using governance::Refuse;

absl::Status SessionTable::Add(std::shared_ptr<Session> session, absl::Time now) {
  const RosterTerms& terms = session->terms;
  std::lock_guard lock(mu_);
  Sweep(now);
  auto other = sessions_.lower_bound({terms.query_id, 0});
  while (other != sessions_.end() && other->first.first == terms.query_id) {
    if (other->first.second >= terms.attempt) {
      return Refuse(v1::REPLAYED, "proposal: this attempt was made before");
    }
    other = Erase(other);
  }
  size_t of_asker = 0, open = 0;
  for (const auto& [key, live] : sessions_) {
    if (live->terms.asking_org != terms.asking_org) continue;
    ++of_asker;
    open += !live->submitted;
  }
  Dropped& dropped = dropped_[terms.asking_org];
  if (open >= limits::kOpenProposalsPerOrg || of_asker >= kSessionsPerOrg ||
      sessions_.size() >= kSessions || dropped.lately.Count(now) >= kDroppedPerOrg ||
      dropped.today.Today(now) >= kDroppedPerOrgADay) {
    return Refuse(v1::BUSY, "proposal: too many questions are open or dropped, try again later");
  }
  sessions_[{terms.query_id, terms.attempt}] = std::move(session);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Session>> SessionTable::Find(absl::string_view query_id,
                                                            uint32_t attempt,
                                                            const OrgId& asking_org,
                                                            absl::Time now) {
  const auto id = QueryId::FromBytes(query_id);
  if (!id.ok()) return Refuse(v1::MALFORMED, "question number: not 32 bytes");
  std::lock_guard lock(mu_);
  Sweep(now);
  const auto found = sessions_.find({*id, attempt});
  if (found == sessions_.end() || found->second->terms.asking_org != asking_org) {
    return Refuse(v1::UNKNOWN_QUERY, "question number: no such vote here, or it lapsed");
  }
  return found->second;
}

void SessionTable::Extend(Session& session, absl::Time until) {
  std::lock_guard lock(mu_);
  session.usable_until = until;
  session.submitted = true;
}

void SessionTable::Remove(const RosterTerms& terms) {
  std::lock_guard lock(mu_);
  const auto found = sessions_.find({terms.query_id, terms.attempt});
  if (found != sessions_.end()) Erase(found);
}

void SessionTable::Sweep(absl::Time now) {
  for (auto it = sessions_.begin(); it != sessions_.end();) {
    it = it->second->usable_until < now ? Erase(it) : std::next(it);
  }
}

SessionTable::Map::iterator SessionTable::Erase(Map::iterator session) {
  const Session& gone = *session->second;
  if (!gone.submitted) {
    Dropped& dropped = dropped_[gone.terms.asking_org];
    dropped.lately.Add(gone.usable_until - absl::Seconds(limits::kReservationSeconds));
    dropped.today.Add(1, gone.usable_until);
  }
  ledger_->Release(session->first.first, session->first.second);
  return sessions_.erase(session);
}

}  // namespace commons::query
