#include "governance/fold/fold.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "crypto/hash.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/fold/card.h"
#include "governance/fold/cards_in_log.h"
#include "governance/fold/fold_commons.h"
#include "governance/fold/fold_org.h"
#include "governance/fold/fold_stops.h"
#include "governance/fold/gather.h"
#include "governance/kinds/organisation/succession.h"
#include "governance/kinds/table.h"

namespace commons::governance {
namespace {

// What one log made.
struct Piece {
  std::shared_ptr<const OrgLog> log;
  bool goes_on = false;  // the log as the fold before had it
  std::shared_ptr<const LogFinds> finds;
  std::shared_ptr<const Stops> stops;    // nullptr as `said`
  std::shared_ptr<const OrgState> said;  // nullptr: does not begin with its complete card
};

bool SameEntry(const OrgLog::Entry& a, const OrgLog::Entry& b) {
  return a.document == b.document && a.seen_at == b.seen_at && a.index == b.index;
}

// Whether `log` is the one that was folded before, perhaps with more entries.
bool GoesOn(const Piece* before, const OrgLog& log) {
  if (before == nullptr || before->log->forked_at != log.forked_at || before->log->own != log.own) {
    return false;
  }
  if (before->log.get() == &log) return true;
  const auto& then = before->log->entries;
  return then.size() <= log.entries.size() &&
         std::equal(then.begin(), then.end(), log.entries.begin(), SameEntry);
}

bool SameGround(const Ground& a, const Ground& b) {
  return a.commons == b.commons && a.cooling_off == b.cooling_off && a.practice == b.practice;
}

// Whether what is folded of a log stands, as far as it hangs on what lies beside it. A recovery
// that is not among them any more was set aside before it could act.
bool SameJudgement(const Stops& before, const Stops& now) {
  return before.revoked == now.revoked &&
         std::all_of(before.recoveries.begin(), before.recoveries.end(), [&](const auto& each) {
           const auto found = now.recoveries.find(each.first);
           return found == now.recoveries.end() || found->second.acts_from == each.second.acts_from;
         });
}

// Whether the commons hears the same of both.
bool SameVotes(const OrgState* before, const OrgState* now, bool goes_on) {
  if (before == now) return true;
  return before != nullptr && now != nullptr && goes_on && before->leaves == now->leaves &&
         before->statements.size() == now->statements.size() &&
         before->withdrawn.size() == now->withdrawn.size() &&
         before->cards.versions.size() == now->cards.versions.size();
}

void TakeNodeInfo(Organisation& member, const OrgLog& log,
                  std::vector<std::shared_ptr<const Problem>>& problems) {
  if (!log.node_info.has_value() || log.node_info->kind() != kinds::kNodeInfo) return;
  const auto& info = log.node_info->As<v1::NodeInfo>();
  if (info.org_id() == member.id.view() && log.node_info->signers.contains(member.node_key)) {
    member.info = info;
  } else {
    problems.push_back(MakeProblem(
        log.node_info->id, member.id,
        Refuse(v1::UNDER_SIGNED, "a node info that the organisation's node did not sign")));
  }
}

// Cards that take about as long to hold against the signers of a document as to go through one.
constexpr size_t kCardsPerStep = 16;

// Whether it is so of one of the documents behind the first `from`.
template <typename Is>
bool AnyNew(const OrgLog& log, size_t from, const Is& is) {
  return std::any_of(
      log.entries.begin() + static_cast<int64_t>(from), log.entries.end(),
      [&](const OrgLog::Entry& entry) { return entry.document != nullptr && is(*entry.document); });
}

// For what stands beside a log, of which the first `from` entries were folded before.
uint64_t AheadOfStops(const OrgId& org, const Piece* before, const OrgLog& log, size_t from) {
  const size_t held = log.sets == nullptr ? 0 : log.sets->size();
  if (before == nullptr || before->stops == nullptr) return held;
  const Stops& stops = *before->stops;
  const auto is_card = [](const Document& d) { return KindOf(d).home == Kind::Home::kCard; };
  // What puts a recovery card into force judges also what came between the two.
  const bool turns =
      AnyNew(log, from, [&](const Document& d) { return Turns(stops.in_log->reign, org, d); });
  if (from > 0 && before->log->sets == log.sets && !turns && !AnyNew(log, from, is_card)) return 0;
  const size_t then = before->log->sets == nullptr ? 0 : before->log->sets->size();
  const size_t more = held - std::min(then, held);
  return held + stops.steps / kCardsPerStep + more * stops.cards->all().size() / kCardsPerStep +
         (turns ? from : 0);
}

// No commons: whoever has a complete card and begins their log with it.
CommonsState OnlyCards(const Logs& logs, const Cards& cards) {
  CommonsState fold;
  for (const auto& [org, log] : logs) {
    if (!BeginsWithItsCard(org, *log) || !cards.at(org).Complete()) continue;
    fold.members.emplace(org, MakeOrganisation(org, cards.at(org), 0, log->entries[0].seen_at));
  }
  return fold;
}

void Join(std::vector<std::shared_ptr<const Problem>>& to,
          const std::vector<std::shared_ptr<const Problem>>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

struct FoldedLogs::Parts {
  std::optional<CommonsId> charter;
  Ground ground;
  std::map<OrgId, Piece> pieces;
  std::shared_ptr<const Gathered> gathered;
  std::shared_ptr<const CommonsState> common;
  std::shared_ptr<const Register> reg;

  const Piece* Of(const OrgId& org) const {
    const auto it = pieces.find(org);
    return it == pieces.end() ? nullptr : &it->second;
  }
};

// One fold that goes on from another.
class FoldedLogs::Next {
 public:
  Next(const Parts& before, const Logs& logs, std::optional<CommonsId> charter)
      : before_(before), logs_(logs), same_commons_(before.charter == charter) {
    now_.charter = charter;
  }

  std::shared_ptr<const Parts> Run() {
    GatherAll();
    TakeCharter();
    for (const auto& [org, log] : logs_) FoldOne(org, *log);
    FoldTheCommons();
    Finish();
    now_.reg = std::make_shared<const Register>(std::move(state_));
    return std::make_shared<const Parts>(std::move(now_));
  }

 private:
  const Piece* Before(const OrgId& org) const { return same_commons_ ? before_.Of(org) : nullptr; }

  // True if a log has nothing to gather that it had not before.
  bool GatherFrom(const OrgId& org, const std::shared_ptr<const OrgLog>& log) {
    const Piece* before = Before(org);
    Piece& piece = now_.pieces[org];
    piece.log = log;
    piece.goes_on = GoesOn(before, *log);
    LogFinds finds = piece.goes_on ? *before->finds : LogFinds();
    Find(org, *log, piece.goes_on ? before->log->entries.size() : 0, now_.charter, finds);
    const bool same = piece.goes_on && finds.size() == before->finds->size();
    piece.finds = same ? before->finds : std::make_shared<const LogFinds>(std::move(finds));
    return same;
  }

  void GatherAll() {
    bool same = logs_.size() == before_.pieces.size();
    for (const auto& [org, log] : logs_) same = GatherFrom(org, log) && same;
    same_gathered_ = same && before_.gathered != nullptr;
    if (same_gathered_) {
      now_.gathered = before_.gathered;
    } else {
      Gathered all;
      for (const auto& [org, piece] : now_.pieces) AddTo(all, *piece.finds);
      now_.gathered = std::make_shared<const Gathered>(std::move(all));
    }
    for (const auto& [org, piece] : now_.pieces) Join(state_.problems, piece.finds->problems);
  }

  void TakeCharter() {
    if (!now_.charter.has_value()) return;
    state_.commons = *now_.charter;
    now_.ground.commons = now_.charter;
    if (now_.gathered->charters.empty()) return;
    charter_ = &now_.gathered->charters.begin()->second;
    state_.charter = charter_->document->As<v1::Charter>();
    now_.ground.cooling_off = absl::Seconds(state_.charter.cooling_off_seconds());
    now_.ground.practice = state_.charter.practice();
  }

  void FoldOne(const OrgId& org, const OrgLog& log) {
    if (log.entries.empty() || org == OrgId()) return;
    if (!BeginsWithItsCard(org, log) || !now_.gathered->cards.at(org).Complete()) {
      if (log.entries[0].document == nullptr) return;
      state_.problems.push_back(
          MakeProblem(log.entries[0].document->id, org,
                      Refuse(v1::UNDER_SIGNED,
                             "the log does not begin with its organisation's complete card")));
      return;
    }
    const Piece* before = Before(org);
    Piece& piece = now_.pieces.at(org);
    const bool same_ground =
        piece.goes_on && before->said != nullptr && SameGround(before_.ground, now_.ground);
    piece.stops = StopsNow(org, log, piece.goes_on ? before : nullptr, same_ground);
    const bool goes_on = same_ground && SameJudgement(*before->stops, *piece.stops);
    const size_t from = goes_on ? before->log->entries.size() : 0;
    state_.stops.emplace(org, piece.stops);
    if (goes_on && from == log.entries.size()) {
      piece.said = before->said;
    } else {
      auto said =
          goes_on ? std::make_shared<OrgState>(*before->said) : std::make_shared<OrgState>();
      const uint64_t steps = said->steps;
      FoldOrg({org, now_.gathered->cards.at(org), now_.ground, *piece.stops}, log, from, *said);
      state_.steps += said->steps - steps;
      piece.said = std::move(said);
    }
    same_votes_ = same_votes_ && SameVotes(before == nullptr ? nullptr : before->said.get(),
                                           piece.said.get(), goes_on);
    state_.orgs.emplace(org, piece.said);
  }

  // `before` has what the log begins with, or is nullptr.
  std::shared_ptr<const Stops> StopsNow(const OrgId& org, const OrgLog& log, const Piece* before,
                                        bool same_ground) {
    const bool goes_on = before != nullptr && before->stops != nullptr;
    SharedLogCards cards =
        goes_on ? CardsInLog(org, log, before->stops->in_log, before->log->entries.size())
                : CardsInLog(org, log);
    if (goes_on && same_ground && before->log->sets == log.sets && before->stops->in_log == cards) {
      return before->stops;
    }
    auto stops = std::make_shared<const Stops>(FoldStops(org, log, now_.ground, std::move(cards)));
    state_.steps += stops->steps;
    return stops;
  }

  void FoldTheCommons() {
    if (same_commons_ && same_gathered_ && same_votes_ && before_.common != nullptr) {
      now_.common = before_.common;
      return;
    }
    const CommonsState* before = same_commons_ ? before_.common.get() : nullptr;
    now_.common = std::make_shared<const CommonsState>(
        charter_ == nullptr ? OnlyCards(logs_, now_.gathered->cards)
                            : FoldCommons(*charter_, now_.gathered->resolutions,
                                          now_.gathered->cards, state_.orgs, before));
    state_.steps += now_.common->steps;
  }

  // Problems of all together; logs of non-members say nothing.
  void Finish() {
    state_.common = now_.common;
    state_.members = now_.common->members;
    for (const auto& [org, said] : state_.orgs) {
      Join(state_.problems, said->problems);
      if (state_.members.contains(org) || now_.common->former.contains(org)) continue;
      state_.problems.push_back(MakeProblem(crypto::Retype<DocId>(org), org,
                                            Refuse(v1::UNKNOWN_ISSUER, "the log of a non-member")));
    }
    Join(state_.problems, now_.common->problems);
    std::erase_if(state_.orgs, [&](const auto& o) { return !state_.members.contains(o.first); });
    for (auto& [org, member] : state_.members) {
      if (const auto said = state_.orgs.find(org); said != state_.orgs.end()) {
        TakeCard(said->second->cards, member);
      }
      if (const auto log = logs_.find(org); log != logs_.end()) {
        member.forked = log->second->forked_at != absl::InfiniteFuture();
        TakeNodeInfo(member, *log->second, state_.problems);
      }
    }
  }

  const Parts& before_;
  const Logs& logs_;
  const bool same_commons_;
  bool same_gathered_ = false;
  bool same_votes_ = true;
  const CommonsDocument* charter_ = nullptr;
  Parts now_;
  State state_;
};

FoldedLogs::FoldedLogs() : FoldedLogs(Next(Parts(), {}, std::nullopt).Run()) {}

const std::shared_ptr<const Register>& FoldedLogs::reg() const { return parts_->reg; }

FoldedLogs FoldedLogs::Then(const Logs& logs, std::optional<CommonsId> charter) const {
  return FoldedLogs(Next(*parts_, logs, charter).Run());
}

uint64_t FoldedLogs::Ahead(const Logs& logs) const {
  // Each proposal is held against what each member said of it, and every card is gathered again.
  uint64_t documents =
      parts_->gathered->resolutions.size() * (1 + parts_->reg->members().size() / 4);
  for (const auto& [org, log] : logs) {
    const Piece* before = parts_->Of(org);
    if (before != nullptr) documents += before->finds->cards.size();
    const size_t from = GoesOn(before, *log) ? before->log->entries.size() : 0;
    documents += log->entries.size() - from + AheadOfStops(org, before, *log, from);
  }
  return documents;
}

Register FoldLogs(const std::map<OrgId, OrgLog>& logs, std::optional<CommonsId> charter) {
  Logs borrowed;
  for (const auto& [org, log] : logs) {
    borrowed.emplace(org, std::shared_ptr<const OrgLog>(std::shared_ptr<const OrgLog>(), &log));
  }
  return *FoldedLogs().Then(borrowed, charter).reg();
}

}  // namespace commons::governance
