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
#include "governance/kinds/organisation/next_card.h"
#include "governance/kinds/table.h"

namespace commons::governance {
namespace {

class OrgFolder {
 public:
  OrgFolder(const OrgGround& ground, OrgState& said)
      : org_(ground.org),
        card_(ground.card),
        ground_(ground.ground),
        revoked_(ground.stops.revoked),
        fold_(said) {}

  void Begin(const OrgLog& log) {
    fold_.forked_at = log.forked_at;
    fold_.counted.Add(card_.id);
    fold_.tips[kOrgChain] = {1, card_.id};
    fold_.cards.versions.push_back(
        {card_.id, card_.root, absl::InfinitePast(), card_.root->header().expires_at()});
  }

  void Run(const OrgLog& log, size_t from) {
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
    const bool by_board =
        kind.home == Kind::Home::kCard || Satisfies(CardNow().payload->board(), d.signers);
    // A card keeps the power that it had: else a key that a card replaced would undo that card.
    const bool revoked = kind.home != Kind::Home::kCard && NeedsRevoked(entry, by_board);
    const bool widens = !revoked && entry.seen_at < fold_.forked_at;
    kind.record({entry.document, entry.seen_at,
                 widens ? CoolingOff(kind) : absl::InfiniteDuration(), by_board},
                fold_);
    return absl::OkStatus();
  }

  // By the board, or by whom else it takes.
  absl::Status CheckSigned(const Document& d) const {
    const Kind& kind = KindOf(d);
    const v1::OrgRoot& card = *CardNow().payload;
    if (kind.home == Kind::Home::kCard) return CheckSucceeds(d, org_, CardNow().id, card);
    const bool enough = Satisfies(card.board(), d.signers) ||
                        (kind.also_by != nullptr && kind.also_by(d, card, fold_));
    if (enough) return absl::OkStatus();
    return Refuse(v1::UNDER_SIGNED, absl::StrCat(d.header->chain(), " version ",
                                                 d.header->version(), " lacks signatures"));
  }

  // The card in force at this place of the log.
  const Chain<v1::OrgRoot>::Version& CardNow() const { return fold_.cards.versions.back(); }

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
  const std::map<PublicKey, uint64_t>& revoked_;
  OrgState& fold_;
};

}  // namespace

void FoldOrg(const OrgGround& ground, const OrgLog& log, size_t from, OrgState& said) {
  OrgFolder folder(ground, said);
  if (from == 0) folder.Begin(log);
  folder.Run(log, std::max<size_t>(from, 1));
}

}  // namespace commons::governance
