#include "governance/fold/fold_org.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/chains.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/document/words.h"
#include "governance/fold/fold_stops.h"
#include "governance/kinds/organisation/succession.h"
#include "governance/kinds/table.h"

namespace commons::governance {
namespace {

class OrgFolder {
 public:
  OrgFolder(const OrgGround& ground, OrgState& said)
      : org_(ground.org),
        card_(ground.card),
        ground_(ground.ground),
        stops_(ground.stops),
        revoked_(ground.stops.revoked),
        fold_(said) {}

  void Begin(const OrgLog& log) {
    fold_.forked_at = log.forked_at;
    fold_.counted.Add(card_.id);
    fold_.tips[kOrgChain] = {1, card_.id};
    fold_.reign = {{card_.id, card_.root, log.entries[0].seen_at}, std::nullopt};
    fold_.cards.versions.push_back(
        {card_.id, card_.root, absl::InfinitePast(), card_.root->header().expires_at()});
  }

  void Run(const OrgLog& log, size_t from) {
    log_seen_at_ = log.entries[0].seen_at;
    for (size_t i = from; i < log.entries.size(); ++i) {
      const OrgLog::Entry& entry = log.entries[i];
      if (entry.document == nullptr) continue;
      const absl::Status status = Add(entry);
      if (!status.ok()) fold_.problems.push_back(MakeProblem(entry.document->id, org_, status));
    }
  }

 private:
  absl::Status Add(const OrgLog::Entry& entry) {
    const Document& d = *entry.document;
    ++fold_.steps;
    const Kind& kind = KindOf(d);
    RETURN_IF_ERROR(TurnIfItIs(entry));
    if (kind.home == Kind::Home::kCommons) return absl::OkStatus();
    if (kind.home == Kind::Home::kBeside || kind.home == Kind::Home::kSet) {
      return Refuse(v1::OUT_OF_ORDER,
                    absl::StrCat(KindWords(d.kind()), " stands beside a log, never in it"));
    }
    if (kind.home != Kind::Home::kCard) {
      RETURN_IF_ERROR(FollowsChain(d));
      if (kind.fits != nullptr) RETURN_IF_ERROR(kind.fits(*d.payload, ground_));
    }
    RETURN_IF_ERROR(CheckSigned(d));
    fold_.tips[d.header->chain()] = {d.header->version(), d.id};
    fold_.counted.Add(d.id);
    const bool by_board = kind.home == Kind::Home::kCard || Satisfies(CardNow().board(), d.signers);
    // A card keeps the power that it had: else a key that a card replaced would undo that card.
    const bool revoked = kind.home != Kind::Home::kCard && NeedsRevoked(entry, by_board);
    const bool widens = HasPower(entry.seen_at) && !revoked && entry.seen_at < fold_.forked_at;
    if (kind.home == Kind::Home::kCard && !kind.by_recovery) SetAsideWaiting(entry.seen_at);
    kind.record({entry.document, entry.seen_at,
                 widens ? CoolingOff(kind) : absl::InfiniteDuration(), by_board},
                fold_);
    return absl::OkStatus();
  }

  // What the board of a recovery card says first puts it into force, from there on in the log.
  absl::Status TurnIfItIs(const OrgLog::Entry& entry) {
    const Document& d = *entry.document;
    if (!Turns(fold_.reign, org_, d)) return absl::OkStatus();
    const StandingCard& card = *fold_.reign.waiting;
    if (!MayTurn(card, log_seen_at_, entry.seen_at)) {
      return Refuse(
          v1::UNDER_SIGNED,
          absl::StrCat("signed by the board of recovery card version ", card.version(),
                       ", which takes no power here before ",
                       absl::FormatTime("%Y-%m-%d %H:%M UTC", card.seen_at + kRecoveryWait,
                                        absl::UTCTimeZone())));
    }
    fold_.board_from = PowerOfWaiting();
    fold_.cards.versions.push_back(
        {card.id, card.root, fold_.board_from, card.root->header().expires_at()});
    EndEra();
    Turn(fold_.reign);
    return absl::OkStatus();
  }

  // A card of the board before it, which is too late once the recovery has power.
  void SetAsideWaiting(absl::Time seen_at) {
    if (!fold_.reign.waiting.has_value() || seen_at < PowerOfWaiting()) return;
    fold_.board_from = absl::InfiniteFuture();
    EndEra();
  }

  // Every dataset closes with a recovery that takes power.
  void EndEra() {
    if (PowerOfWaiting() < absl::InfiniteFuture()) ++fold_.era;
  }

  absl::Time PowerOfWaiting() const {
    const auto found = stops_.recoveries.find(fold_.reign.waiting->id);
    return found == stops_.recoveries.end() ? absl::InfiniteFuture() : found->second.acts_from;
  }

  // Whether the board in force has it over what this node had at that time.
  bool HasPower(absl::Time seen_at) const {
    const bool ended = fold_.reign.waiting.has_value() && seen_at >= PowerOfWaiting();
    return fold_.board_from < absl::InfiniteFuture() && !ended;
  }

  // By the board, or by whom else it takes.
  absl::Status CheckSigned(const Document& d) const {
    const Kind& kind = KindOf(d);
    const v1::OrgRoot& card = CardNow();
    if (kind.home == Kind::Home::kCard) return CheckNext(fold_.reign, org_, d);
    const bool enough = Satisfies(card.board(), d.signers) ||
                        (kind.also_by != nullptr && kind.also_by(d, card, fold_));
    if (enough) return absl::OkStatus();
    return Refuse(v1::UNDER_SIGNED, absl::StrCat(d.header->chain(), " version ",
                                                 d.header->version(), " lacks signatures"));
  }

  // The card in force at this place of the log.
  const v1::OrgRoot& CardNow() const { return *fold_.reign.card.root; }

  // A card widens nothing by itself: whatever its board signs waits.
  absl::Duration CoolingOff(const Kind& kind) const {
    return kind.home == Kind::Home::kCard ? absl::ZeroDuration() : ground_.cooling_off;
  }

  // What a revoked key helped to say stays, beside what was in force before it, and widens nothing;
  // nor does what others than the board say on the ground of it, until the board speaks again.
  bool NeedsRevoked(const OrgLog::Entry& entry, bool by_board) {
    const std::string& chain = entry.document->header->chain();
    if (revoked_.empty()) return false;
    Document clean = *entry.document;
    clean.signers = StillCounting(clean, revoked_, entry.index);
    const bool holds = CheckSigned(clean).ok() && (by_board || !fold_.doubtful.contains(chain));
    if (by_board && holds) fold_.doubtful.erase(chain);
    if (!holds) fold_.doubtful.insert(chain);
    return !holds;
  }

  absl::Status FollowsChain(const Document& d) const {
    if (!ground_.commons.has_value() || d.header->commons_id() != ground_.commons->view()) {
      return Refuse(v1::WRONG_COMMONS, "a document of another commons");
    }
    if (d.header->issuer() != org_.view()) {
      return Refuse(v1::UNKNOWN_ISSUER, "issued by another organisation than the log's");
    }
    const auto tip = fold_.tips.find(d.header->chain());
    const ChainTip last = tip == fold_.tips.end() ? ChainTip() : tip->second;
    if (d.header->version() != last.version + 1 ||
        (last.version > 0 && d.header->prev(0) != last.id.view())) {
      return Refuse(v1::OUT_OF_ORDER,
                    absl::StrCat("version ", d.header->version(), " of ", d.header->chain(),
                                 " does not follow version ", last.version));
    }
    return absl::OkStatus();
  }

  const OrgId& org_;
  const Card& card_;
  const Ground& ground_;
  const Stops& stops_;
  const std::map<PublicKey, uint64_t>& revoked_;
  absl::Time log_seen_at_;
  OrgState& fold_;
};

}  // namespace

void FoldOrg(const OrgGround& ground, const OrgLog& log, size_t from, OrgState& said) {
  OrgFolder folder(ground, said);
  if (from == 0) folder.Begin(log);
  folder.Run(log, std::max<size_t>(from, 1));
}

}  // namespace commons::governance
