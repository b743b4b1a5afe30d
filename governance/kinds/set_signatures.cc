#include "governance/kinds/set_signatures.h"

#include "base/limits.h"
#include "governance/kinds/sign_check.h"

namespace commons::governance {
namespace {

// Adds the signatures of `from` whose keys verified, pass and are not there yet.
template <typename Passes>
void Take(const Document& from, const Passes& passes, Document& to) {
  for (const v1::Signature& signature : from.envelope.signatures()) {
    const auto key = PublicKey::FromBytes(signature.key());
    if (!key.ok() || !from.signers.contains(*key) || to.signers.contains(*key)) continue;
    if (to.envelope.signatures_size() == static_cast<int>(limits::kSignaturesPerEnvelope)) return;
    if (!passes(*key)) continue;
    *to.envelope.add_signatures() = signature;
    to.signers.insert(*key);
  }
}

}  // namespace

Document OnlyCounting(const Document& document, const CardsInTurn& cards) {
  Document counting = document;
  counting.envelope.clear_signatures();
  counting.signers.clear();
  const auto counts = [&](const PublicKey& key) {
    const KeyInTurn* found = cards.Find(key);
    return KeyCounts(document, key, found == nullptr ? KeyRoles() : found->roles);
  };
  Take(document, counts, counting);
  return counting;
}

std::optional<Document> Joined(const Document& held, const Document& again) {
  Document joined = held;
  Take(
      again, [](const PublicKey&) { return true; }, joined);
  if (joined.signers.size() == held.signers.size()) return std::nullopt;
  return joined;
}

}  // namespace commons::governance
