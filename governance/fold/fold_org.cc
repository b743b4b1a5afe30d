#include "governance/fold/fold_org.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/chains.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
#include "governance/kinds/organisation/next_card.h"
#include "governance/kinds/table.h"

namespace commons::governance {
namespace {

class OrgFolder {
 public:
  OrgFolder(const OrgId& org, const Card& card, const Ground& ground, OrgState& said)
      : org_(org), card_(card), ground_(ground), fold_(said) {}

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
      const absl::Status status = Add(entry.document, entry.seen_at);
      if (!status.ok()) fold_.problems.push_back(MakeProblem(entry.document->id, org_, status));
    }
  }

 private:
  absl::Status Add(const std::shared_ptr<const Document>& document, absl::Time seen_at) {
    const Document& d = *document;
    ++fold_.steps;
    const Kind& kind = KindOf(d);
    if (kind.home == Kind::Home::kCommons) return absl::OkStatus();
    if (kind.home == Kind::Home::kBeside) {
      return Refuse(v1::OUT_OF_ORDER, "a node info stands beside a log, never in it");
    }
    bool by_board = true;
    if (kind.home == Kind::Home::kCard) {
      RETURN_IF_ERROR(CheckSucceeds(d, org_, CardNow().id, *CardNow().payload));
    } else {
      ASSIGN_OR_RETURN(by_board, CheckCounts(d, kind));
    }
    fold_.tips[d.header->chain()] = {d.header->version(), d.id};
    fold_.counted.Add(d.id);
    kind.record({document, seen_at, CoolingOff(kind, seen_at), by_board}, fold_);
    return absl::OkStatus();
  }

  // Whether the board signed; else somebody did whose signatures are enough.
  absl::StatusOr<bool> CheckCounts(const Document& d, const Kind& kind) const {
    RETURN_IF_ERROR(FollowsChain(d));
    if (kind.fits != nullptr) RETURN_IF_ERROR(kind.fits(*d.payload, ground_));
    const v1::OrgRoot& card = *CardNow().payload;
    const bool by_board = Satisfies(card.board(), d.signers);
    if (!by_board && (kind.also_by == nullptr || !kind.also_by(d, card, fold_))) {
      return Refuse(v1::UNDER_SIGNED, absl::StrCat(d.header->chain(), " version ",
                                                   d.header->version(), " lacks signatures"));
    }
    return by_board;
  }

  // The card in force at this place of the log.
  const Chain<v1::OrgRoot>::Version& CardNow() const { return fold_.cards.versions.back(); }

  // What came once the log was known to have two histories widens nothing. A card widens nothing by
  // itself: whatever its board signs waits.
  absl::Duration CoolingOff(const Kind& kind, absl::Time seen_at) const {
    if (seen_at >= fold_.forked_at) return absl::InfiniteDuration();
    return kind.home == Kind::Home::kCard ? absl::ZeroDuration() : ground_.cooling_off;
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
  OrgState& fold_;
};

}  // namespace

void FoldOrg(const OrgId& org, const Card& card, const OrgLog& log, size_t from,
             const Ground& ground, OrgState& said) {
  OrgFolder folder(org, card, ground, said);
  if (from == 0) folder.Begin(log);
  folder.Run(log, std::max<size_t>(from, 1));
}

}  // namespace commons::governance
