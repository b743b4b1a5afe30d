#include "governance/fold/recoveries.h"

#include <algorithm>

#include "governance/document/quorum.h"
#include "governance/fold/still_counting.h"
#include "governance/kinds/organisation/succession.h"

namespace commons::governance {
namespace {

// Whether an objection came in time. Of that the organisation's own node judges.
bool IsCancelled(const RecoveryInLog& waiting, const Recovery& recovery, bool own) {
  if (!recovery.objected_at.has_value()) return false;
  return !own || *recovery.objected_at < waiting.seen_at + kRecoveryWait;
}

// Once the board of the card has spoken in the log, its node has found nothing that stops it: no
// objection in time, and no key that was revoked. That holds for ever, at every node.
absl::Time MaturesAt(const RecoveryInLog& waiting, const Recovery& recovery, const OrgLog& log,
                     bool signed_by_enough) {
  const absl::Time wait_ends = waiting.seen_at + kRecoveryWait;
  const absl::Time matures = std::min(wait_ends, waiting.turned_at.value_or(wait_ends));
  if (matures >= log.forked_at) return absl::InfiniteFuture();
  if (waiting.turned_at.has_value()) return matures;
  const bool stopped = !signed_by_enough || IsCancelled(waiting, recovery, log.own);
  return stopped ? absl::InfiniteFuture() : matures;
}

}  // namespace

std::map<DocId, Recovery> RecoveriesOf(const LogCards& cards, const OrgLog& log,
                                       const std::map<DocId, absl::Time>& objections,
                                       const std::map<PublicKey, uint64_t>& revoked) {
  std::map<DocId, Recovery> recoveries;
  for (const auto& [id, each] : cards.recoveries) {
    Recovery& recovery = recoveries[id];
    recovery.card = Standing(*each.card, each.seen_at);
    recovery.document = each.card;
    recovery.replaces = cards.turn.all()[each.replaces].root;
    const auto objection = objections.find(id);
    if (objection != objections.end()) recovery.objected_at = objection->second;
    const bool enough =
        Satisfies(recovery.replaces->recovery(), StillCounting(*each.card, revoked, each.index));
    recovery.matures_at = MaturesAt(each, recovery, log, enough);
    const bool acts = log.own || each.turned_at.has_value();
    recovery.acts_from = acts ? recovery.matures_at : absl::InfiniteFuture();
  }
  return recoveries;
}

BoardPower PowerLeft(const LogCards& cards, const std::map<DocId, Recovery>& recoveries) {
  BoardPower power;
  for (const auto& [id, each] : cards.recoveries) {
    const absl::Time acts = recoveries.at(id).acts_from;
    if (acts < absl::InfiniteFuture()) {
      const auto [until, first] = power.until.try_emplace(each.replaces, acts);
      if (!first) until->second = std::min(until->second, acts);
    }
    if (!each.ended_by.has_value()) continue;
    const bool by_itself = each.turned_at.has_value();
    const bool too_late = cards.turn.all()[*each.ended_by].since >= acts;
    if (by_itself ? acts == absl::InfiniteFuture() : too_late) {
      power.end = std::min(power.end, *each.ended_by);
    }
  }
  return power;
}

}  // namespace commons::governance
