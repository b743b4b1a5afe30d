#include "node/documents/set_check.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/fold/fold_stops.h"
#include "governance/fold/set_room.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/set_signatures.h"

namespace commons::node {
namespace {

using governance::Document;

class SetChecker {
 public:
  SetChecker(const governance::OrgLog& log, const governance::Stops& stops)
      : held_(log.sets.get()), stops_(stops), room_(stops.cards, held_) {}

  // By what the envelope claims, for so many keys as it may have: is there a key whose signature
  // would be new and be taken?
  bool IsWorthwhile(const v1::Envelope& envelope) const {
    const Document* held = Held(governance::IdOf(envelope));
    return std::any_of(envelope.signatures().begin(), envelope.signatures().end(),
                       [&](const auto& signature) {
                         const auto key = PublicKey::FromBytes(signature.key());
                         return key.ok() && room_.HasRoom(*key, envelope.payload().size()) &&
                                (held == nullptr || !held->signers.contains(*key)) &&
                                !IsLiftedKey(envelope, held, *key);
                       });
  }

  absl::StatusOr<Document> Open(const v1::Envelope& envelope) {
    ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(envelope));
    Document counting = governance::OnlyCounting(document, *stops_.cards);
    RETURN_IF_ERROR(room_.Take(counting, Held(counting.id)));
    return counting;
  }

 private:
  const Document* Held(const DocId& id) const {
    if (held_ == nullptr) return nullptr;
    const auto found = held_->find(id);
    return found == held_->end() ? nullptr : found->second.document.get();
  }
  // What nobody but such a key stops is lifted already.
  bool IsLiftedKey(const v1::Envelope& envelope, const Document* held, const PublicKey& key) const {
    return envelope.payload_type() == governance::kinds::kFreeze && held == nullptr &&
           stops_.lifted_keys.contains(key);
  }

  const governance::DocumentSet* const held_;
  const governance::Stops& stops_;
  governance::SetRoom room_;
};

}  // namespace

std::vector<Document> CheckSets(const LogBook& book, const Spend& spend, const OrgId& org,
                                const v1::LogPage& page, std::vector<absl::Status>* refused) {
  const auto now = book.snapshot();
  const governance::Stops* stops = now->reg->StopsOf(org);
  const auto log = book.OpenedLog(org);
  if (stops == nullptr || log == nullptr) {
    refused->push_back(
        governance::Refuse(v1::UNKNOWN_ISSUER, "what an organisation stops whose card is unknown"));
    return {};
  }
  SetChecker checker(*log, *stops);
  std::vector<Document> documents;
  absl::Status first;
  for (const v1::Envelope& envelope : page.sets()) {
    if (envelope.signatures_size() > static_cast<int>(limits::kSignaturesPerEnvelope)) {
      first.Update(governance::Refuse(v1::MALFORMED, "a freeze or lift of too many signatures"));
      continue;
    }
    if (!checker.IsWorthwhile(envelope)) continue;
    const absl::Status paid =
        spend(Work::kSignatures, 1 + static_cast<uint64_t>(envelope.signatures_size()));
    if (!paid.ok()) {
      refused->push_back(paid);
      break;
    }
    auto document = checker.Open(envelope);
    first.Update(document.status());
    if (document.ok()) documents.push_back(*std::move(document));
  }
  if (!first.ok()) refused->push_back(first);
  return documents;
}

}  // namespace commons::node
