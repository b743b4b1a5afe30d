#include "governance/kinds/organisation/succession.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "governance/document/issuer.h"
#include "governance/document/payload_types.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/kinds/organisation/next_card.h"

namespace commons::governance {
namespace {

// What its issuer's board signs so that it counts: all but what members approve, and recoveries.
bool IsOfABoard(const Document& document) {
  return document.kind() != kinds::kRecovery && document.kind() != kinds::kCharter &&
         document.kind() != kinds::kResolution;
}

std::string Minute(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", time, absl::UTCTimeZone());
}

}  // namespace

StandingCard Standing(const Document& card, absl::Time seen_at) {
  return {card.id, std::static_pointer_cast<const v1::OrgRoot>(card.payload), seen_at};
}

bool Turns(const Reign& reign, const OrgId& org, const Document& document) {
  return reign.waiting.has_value() && IsOfABoard(document) && IssuerOf(document) == org &&
         !Satisfies(reign.card.root->board(), document.signers) &&
         Satisfies(reign.waiting->root->board(), document.signers);
}

void Turn(Reign& reign) {
  reign.card = *std::move(reign.waiting);
  reign.waiting.reset();
}

bool MayTurn(const StandingCard& waiting, absl::Time log_seen_at, absl::Time seen_at) {
  return seen_at >= waiting.seen_at + kRecoveryWait || seen_at < log_seen_at + kLogIsNew;
}

absl::Status CheckNext(const Reign& reign, const OrgId& org, const Document& card) {
  const StandingCard& tip = reign.Tip();
  return CheckSucceeds(card, org, {tip.id, tip.version()}, *reign.card.root);
}

absl::Status CheckInTime(const Reign& reign, const Recovery& waiting, const OrgId& org,
                         const Document& document, absl::Time now) {
  const bool has_power = waiting.HasPowerAt(now);
  if (Turns(reign, org, document)) {
    if (has_power) return absl::OkStatus();
    const bool never = waiting.matures_at == absl::InfiniteFuture();
    return Refuse(v1::UNDER_SIGNED,
                  never ? "the recovery card whose board signed this never takes power: a seat "
                          "objected, or its log or a key it needs is in doubt"
                        : absl::StrCat("the recovery card whose board signed this takes power on ",
                                       Minute(waiting.matures_at),
                                       "; until then the board before it decides"));
  }
  const bool by_those_before =
      document.kind() == kinds::kRecovery || Satisfies(reign.card.root->board(), document.signers);
  if (!has_power || !by_those_before) return absl::OkStatus();
  return Refuse(v1::UNDER_SIGNED,
                absl::StrCat("the recovery card took power on ", Minute(waiting.matures_at),
                             ": the board before it decides nothing more"));
}

void Take(Reign& reign, const Document& card, absl::Time seen_at) {
  if (card.kind() == kinds::kRecovery) {
    reign.waiting = Standing(card, seen_at);
  } else {
    reign = {Standing(card, seen_at), std::nullopt};
  }
}

}  // namespace commons::governance
