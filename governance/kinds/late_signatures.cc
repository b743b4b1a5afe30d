#include "governance/kinds/late_signatures.h"

#include <set>

#include "base/limits.h"
#include "governance/document/refusal.h"
#include "governance/kinds/table.h"
#include "governance/register/card_keys.h"

namespace commons::governance {
namespace {

std::set<PublicKey> KeysThatCount(const v1::OrgRoot& card, const Document& document) {
  std::set<PublicKey> keys = KeysOn(card);
  const auto add = [&](const std::string& bytes) {
    if (const auto key = PublicKey::FromBytes(bytes); key.ok()) keys.insert(*key);
  };
  add(card.node().node_key());
  const Kind& kind = KindOf(document);
  if (kind.by_recovery) keys.merge(KeysThatRecoverOn(card));
  if (kind.own_keys != nullptr) {
    for (const std::string& key : kind.own_keys(*document.payload)) add(key);
  }
  return keys;
}

}  // namespace

absl::StatusOr<Document> WithSignaturesOf(const Document& again, const v1::OrgRoot& card,
                                          const Document& first) {
  const std::set<PublicKey> count = KeysThatCount(card, first);
  Document merged = first;
  for (const v1::Signature& signature : again.envelope.signatures()) {
    const auto key = PublicKey::FromBytes(signature.key());
    if (!key.ok() || again.signers.count(*key) == 0 || merged.signers.count(*key) > 0 ||
        count.count(*key) == 0) {
      continue;
    }
    *merged.envelope.add_signatures() = signature;
    merged.signers.insert(*key);
  }
  if (merged.signers.size() == first.signers.size()) {
    return Refuse(v1::UNDER_SIGNED, "a document again, without a new signature");
  }
  if (merged.envelope.signatures_size() > static_cast<int>(limits::kSignaturesPerEnvelope) ||
      merged.envelope.ByteSizeLong() > limits::kDocumentBytes) {
    return Refuse(v1::UNDER_SIGNED, "no room for more signatures");
  }
  return merged;
}

}  // namespace commons::governance
