#include "governance/fold/gather.h"

#include <algorithm>

#include "crypto/hash.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"

namespace commons::governance {
namespace {

void AddCard(Cards& cards, const Document& document) {
  Card& card = cards[crypto::Retype<OrgId>(document.id)];
  card.id = document.id;
  card.root = std::static_pointer_cast<const v1::OrgRoot>(document.payload);
  card.signers.insert(document.signers.begin(), document.signers.end());
}

void AddCommonsDocument(CommonsDocuments& to, const CommonsDocument& found) {
  const auto [it, fresh] = to.emplace(found.document->id, found);
  if (!fresh) it->second.seen_at = std::min(it->second.seen_at, found.seen_at);
}

// Of a charter or resolution. Where it lies is who speaks, whatever it says of itself; only a
// charter, which is known by its id, has no issuer.
absl::Status Belongs(const Document& d, const OrgId& log, const std::optional<CommonsId>& commons) {
  const bool charter = d.kind() == kinds::kCharter;
  const absl::string_view named = charter ? d.id.view() : d.header->commons_id();
  if (!commons.has_value() || named != commons->view()) {
    return Refuse(v1::WRONG_COMMONS,
                  charter ? "the charter of another commons" : "a resolution of another commons");
  }
  if (!charter && d.header->issuer() != log.view()) {
    return Refuse(v1::UNKNOWN_ISSUER, "issued by another organisation than the log's");
  }
  return absl::OkStatus();
}

void FindCommonsDocument(const OrgId& org, const OrgLog::Entry& entry,
                         const std::optional<CommonsId>& commons, LogFinds& finds) {
  const Document& d = *entry.document;
  const bool charter = d.kind() == kinds::kCharter;
  if (!charter && d.kind() != kinds::kResolution) return;
  if (absl::Status s = Belongs(d, org, commons); !s.ok()) {
    finds.problems.push_back(MakeProblem(d.id, org, s));
    return;
  }
  (charter ? finds.charters : finds.resolutions).push_back({entry.document, org, entry.seen_at});
}

}  // namespace

void Find(const OrgId& org, const OrgLog& log, size_t from, const std::optional<CommonsId>& commons,
          LogFinds& finds) {
  for (size_t i = from; i < log.entries.size(); ++i) {
    const OrgLog::Entry& entry = log.entries[i];
    if (entry.document == nullptr) continue;
    if (i == 0 && BeginsWithItsCard(org, log)) finds.cards.push_back(entry.document);
    finds.cards.insert(finds.cards.end(), entry.document->cards.begin(),
                       entry.document->cards.end());
    FindCommonsDocument(org, entry, commons, finds);
  }
}

void AddTo(Gathered& all, const LogFinds& finds) {
  for (const auto& card : finds.cards) AddCard(all.cards, *card);
  for (const CommonsDocument& charter : finds.charters) AddCommonsDocument(all.charters, charter);
  for (const CommonsDocument& resolution : finds.resolutions) {
    AddCommonsDocument(all.resolutions, resolution);
  }
}

}  // namespace commons::governance
