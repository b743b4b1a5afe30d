#include "governance/fold/cards_in_log.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "governance/kinds/organisation/succession.h"
#include "governance/kinds/table.h"

namespace commons::governance {
namespace {

std::shared_ptr<const v1::OrgRoot> RootOf(const Document& card) {
  return std::static_pointer_cast<const v1::OrgRoot>(card.payload);
}

// Goes through a log as its fold does, for the cards alone.
class CardsReader {
 public:
  CardsReader(const OrgId& org, const OrgLog& log, const SharedLogCards& before)
      : org_(org), log_seen_at_(log.entries[0].seen_at), before_(before) {}

  void Add(const OrgLog::Entry& entry) {
    const Document& d = *entry.document;
    if (Turns(Now().reign, org_, d)) {
      if (!MayTurn(*Now().reign.waiting, log_seen_at_, entry.seen_at)) return;
      TakeTurn(entry);
    }
    if (KindOf(d).home != Kind::Home::kCard || !CheckNext(Now().reign, org_, d).ok()) return;
    SetAsideWaiting(entry);
    LogCards& cards = Change();
    if (KindOf(d).by_recovery) {
      RecoveryInLog& waiting = cards.recoveries[d.id];
      waiting.card = entry.document;
      waiting.seen_at = entry.seen_at;
      waiting.index = entry.index;
      waiting.replaces = cards.turn.all().size() - 1;
    } else {
      cards.turn.Add(RootOf(d), d.id, entry.seen_at);
    }
    Take(cards.reign, d, entry.seen_at);
  }

  SharedLogCards Finish() { return grown_ == nullptr ? before_ : std::move(grown_); }

 private:
  const LogCards& Now() const { return grown_ == nullptr ? *before_ : *grown_; }
  LogCards& Change() {
    if (grown_ == nullptr) grown_ = std::make_shared<LogCards>(*before_);
    return *grown_;
  }
  void TakeTurn(const OrgLog::Entry& by) {
    LogCards& cards = Change();
    const StandingCard card = *cards.reign.waiting;
    RecoveryInLog& recovery = cards.recoveries.at(card.id);
    recovery.turned_at = by.seen_at;
    recovery.turned_by = by.document->id;
    recovery.turned_index = by.index;
    recovery.ended_by = cards.turn.all().size();
    cards.turn.Add(card.root, card.id, by.seen_at);
    Turn(cards.reign);
  }
  // By a card that is about to be taken.
  void SetAsideWaiting(const OrgLog::Entry& next) {
    if (!Now().reign.waiting.has_value()) return;
    LogCards& cards = Change();
    const StandingCard& waiting = *cards.reign.waiting;
    if (next.seen_at < waiting.seen_at + kRecoveryWait) {
      cards.recoveries.erase(waiting.id);
    } else if (!KindOf(*next.document).by_recovery) {
      cards.recoveries.at(waiting.id).ended_by = cards.turn.all().size();
    }
  }

  const OrgId& org_;
  const absl::Time log_seen_at_;
  const SharedLogCards& before_;
  std::shared_ptr<LogCards> grown_;  // a copy, once there is something to change
};

}  // namespace

SharedLogCards CardsInLog(const OrgId& org, const OrgLog& log) {
  const OrgLog::Entry& first = log.entries[0];
  const StandingCard card = Standing(*first.document, first.seen_at);
  const auto begun = std::make_shared<const LogCards>(
      LogCards{CardsInTurn(card.root, card.id), {card, std::nullopt}, {}});
  return CardsInLog(org, log, begun, 1);
}

SharedLogCards CardsInLog(const OrgId& org, const OrgLog& log, const SharedLogCards& before,
                          size_t from) {
  CardsReader reader(org, log, before);
  for (size_t i = from; i < log.entries.size(); ++i) {
    if (log.entries[i].document != nullptr) reader.Add(log.entries[i]);
  }
  return reader.Finish();
}

bool ByAny(const CardsInTurn& cards, const Document& document, Holds holds, uint64_t* steps) {
  const auto by = [&](const v1::OrgRoot* card) {
    if (steps != nullptr) ++*steps;
    return holds(*card);
  };
  return std::any_of(document.signers.begin(), document.signers.end(), [&](const PublicKey& key) {
    const KeyInTurn* found = cards.Find(key);
    return found != nullptr && std::any_of(found->cards.begin(), found->cards.end(), by);
  });
}

bool ByThatInForce(const CardsInTurn& cards, const BoardPower& power, absl::Time seen_at,
                   absl::Time forked_at, Holds holds) {
  const std::vector<CardInTurn>& all = cards.all();
  const auto begin = all.begin();
  const auto end =
      std::partition_point(begin, begin + static_cast<int64_t>(std::min(power.end, all.size())),
                           [&](const CardInTurn& card) { return card.since < forked_at; });
  const auto later = std::partition_point(
      begin, end, [&](const CardInTurn& card) { return card.since <= seen_at; });
  const auto by_that_before = [&](auto card) {
    if (card == begin) return false;
    --card;
    const auto until = power.until.find(static_cast<size_t>(card - begin));
    return (until == power.until.end() || seen_at < until->second) && holds(*card->root);
  };
  return by_that_before(end) || by_that_before(later);
}

}  // namespace commons::governance
