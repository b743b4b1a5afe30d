// The questions that this member voted for and that may still go on. Bounded, in memory.
#ifndef COMMONS_QUERY_MEMBER_SESSIONS_H_
#define COMMONS_QUERY_MEMBER_SESSIONS_H_

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/quota.h"
#include "crypto/mask.h"
#include "governance/register/register.h"
#include "proto/peer.pb.h"
#include "query/question/cell_space.h"
#include "query/release/roster.h"
#include "storage/ledger/ledger.h"

namespace commons::query {

// Fields up to reply_slot are set before it enters the table and constant; `mu` guards the others.
struct Session {
  explicit Session(crypto::EphemeralKey key) : ephemeral(std::move(key)) {}
  const v1::Standard& standard() const { return standard_in_force->standard; }
  bool is_open() const { return question.release() == v1::OPEN; }
  // Nothing is charged: open, or protected without a cell to protect.
  bool is_free() const { return is_open() || CellSpace(question, standard()).values() == 0; }

  crypto::EphemeralKey ephemeral;
  std::shared_ptr<const governance::Register> reg;  // as of the vote; owns the Standard
  const governance::StandardInForce* standard_in_force = nullptr;
  v1::Question question;
  PublicKey researcher;
  RosterTerms terms;
  std::string rule;  // in force for this owner at the vote, serialised
  uint64_t edition = 0;
  absl::Duration reply_slot;

  std::mutex mu;
  v1::Envelope vote, seal_reply, submit_reply;  // as sent; empty before
  bool sealed = false;
  v1::Roster roster;
  std::vector<Voter> voters;
  size_t own_index = 0;
  Hash32 transcript;
  v1::Contribution contribution;               // made at Seal, sent once the charge is final
  absl::Time slot_end = absl::InfinitePast();  // when the reply to the last work goes out
  bool stop_noted = false;                     // in the audit

  // Guarded by the table.
  absl::Time usable_until;
  bool submitted = false;
};

// Thread-safe. Sessions leave when they lapse, are removed, or a later attempt of their query
// comes; their reservation is then freed (final ones are not).
class SessionTable {
 public:
  static constexpr size_t kDroppedPerOrg = 64;
  static constexpr size_t kDroppedPerOrgADay = 2'000;
  explicit SessionTable(storage::Ledger* ledger) : ledger_(ledger) {}

  // BUSY: kSessions in all, kSessionsPerOrg of the asking organisation,
  // limits::kOpenProposalsPerOrg of them not yet submitted, or kDroppedPerOrg voted for in the last
  // limits::kReservationSeconds, or kDroppedPerOrgADay today, and gone without a Submit: each vote
  // is an entry in the ledger for ever. REPLAYED: the same (query, attempt), or a later one, is
  // there.
  absl::Status Add(std::shared_ptr<Session> session, absl::Time now);
  // UNKNOWN_QUERY: none, lapsed, or of another asking organisation.
  absl::StatusOr<std::shared_ptr<Session>> Find(absl::string_view query_id, uint32_t attempt,
                                                const OrgId& asking_org, absl::Time now);
  void Extend(Session& session, absl::Time until);
  void Remove(const RosterTerms& terms);

 private:
  using Key = std::pair<QueryId, uint32_t>;
  using Map = std::map<Key, std::shared_ptr<Session>>;
  struct Dropped {
    RecentEvents<> lately{absl::Seconds(limits::kReservationSeconds), kDroppedPerOrg};
    DailyCount today;
  };
  static constexpr size_t kSessions = 64;
  static constexpr size_t kSessionsPerOrg = 16;  // an asker that never publishes blocks only itself
  void Sweep(absl::Time now);
  Map::iterator Erase(Map::iterator session);

  storage::Ledger* ledger_;
  std::mutex mu_;
  Map sessions_;
  std::map<OrgId, Dropped> dropped_;  // by asker
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_SESSIONS_H_
