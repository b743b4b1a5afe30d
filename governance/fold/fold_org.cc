#include "governance/fold/fold_org.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/chains.h"
#include "governance/document/quorum.h"
#include "governance/document/refusal.h"
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
  }

  void Run(const OrgLog& log, size_t from) {
    for (size_t i = from; i < log.entries.size(); ++i) {
      const OrgLog::Entry& entry = log.entries[i];
      if (entry.document == nullptr) continue;
      const absl::Status status = Add(*entry.document, entry.seen_at);
      if (!status.ok()) fold_.problems.push_back(MakeProblem(entry.document->id, org_, status));
    }
  }

 private:
  absl::Status Add(const Document& d, absl::Time seen_at) {
    ++fold_.steps;
    const Kind& kind = KindOf(d);
    if (kind.home == Kind::Home::kCommons) return absl::OkStatus();
    if (kind.home != Kind::Home::kLog) {
      return Refuse(v1::OUT_OF_ORDER, "only a log's first entry is a card, and none a node info");
    }
    RETURN_IF_ERROR(FollowsChain(d));
    if (kind.fits != nullptr) RETURN_IF_ERROR(kind.fits(*d.payload, ground_));
    const bool by_board = Satisfies(card_.root->board(), d.signers);
    if (!by_board && (kind.also_by == nullptr || !kind.also_by(d, *card_.root, fold_))) {
      return Refuse(v1::UNDER_SIGNED, absl::StrCat(d.header->chain(), " version ",
                                                   d.header->version(), " lacks signatures"));
    }
    fold_.tips[d.header->chain()] = {d.header->version(), d.id};
    fold_.counted.Add(d.id);
    const absl::Duration cooling_off =
        seen_at >= fold_.forked_at ? absl::InfiniteDuration() : ground_.cooling_off;
    kind.record({d, seen_at, cooling_off, by_board}, fold_);
    return absl::OkStatus();
  }

  absl::Status FollowsChain(const Document& d) {
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
