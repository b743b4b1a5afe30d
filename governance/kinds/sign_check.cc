#include "governance/kinds/sign_check.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "governance/document/words.h"
#include "governance/kinds/table.h"

namespace commons::governance {
namespace {

// Keys that the document itself names: a project's researchers.
bool IsItsOwn(const Document& document, const PublicKey& key) {
  const Kind& kind = KindOf(document);
  if (kind.own_keys == nullptr) return false;
  const std::vector<std::string> own = kind.own_keys(*document.payload);
  return std::find(own.begin(), own.end(), key.ToBytes()) != own.end();
}

bool MaySign(const Document& document, const PublicKey& key, const v1::OrgRoot& issuer) {
  const std::string bytes = key.ToBytes();
  const Kind& kind = KindOf(document);
  if (kind.home == Kind::Home::kBeside) return issuer.node().node_key() == bytes;
  const bool seat =
      std::any_of(issuer.seats().begin(), issuer.seats().end(),
                  [&](const v1::Seat& candidate) { return candidate.key() == bytes; });
  const auto& stewards = issuer.stewards();
  return seat || IsItsOwn(document, key) ||
         (kind.by_stewards && std::find(stewards.begin(), stewards.end(), bytes) != stewards.end());
}

// `node init` names keys by what they are for.
bool LabelMaySign(const Document& document, const PublicKey& key, absl::string_view label) {
  if (IsItsOwn(document, key)) return true;
  if (KindOf(document).home == Kind::Home::kBeside) return label == "node";
  for (const char* other : {"researcher-", "guardian-", "steward-", "node", "tls", "witness"}) {
    if (absl::StartsWith(label, other)) {
      return absl::StartsWith(label, "steward-") && KindOf(document).by_stewards;
    }
  }
  return true;
}

std::string WhoSigns(const Kind& kind) {
  if (kind.home == Kind::Home::kBeside) return "the node's own key";
  return absl::StrCat("the board's keys of the organisation that issues it",
                      kind.by_stewards ? ", or a steward's" : "",
                      kind.own_keys != nullptr ? ", or that of who is named in it" : "");
}

}  // namespace

absl::Status CheckKeyCounts(const Document& document, const PublicKey& key, absl::string_view label,
                            const std::optional<v1::OrgRoot>& issuer) {
  const Kind& kind = KindOf(document);
  if (!kind.never_signed.empty()) return absl::FailedPreconditionError(kind.never_signed);
  const bool counts = issuer ? MaySign(document, key, *issuer) : LabelMaySign(document, key, label);
  if (counts) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the key '", label, "' does not count on ",
                                                    KindWords(document.kind()), "; it takes ",
                                                    WhoSigns(kind)));
}

size_t CountingSignatures(const Document& document, const v1::OrgRoot& issuer) {
  return std::count_if(document.signers.begin(), document.signers.end(),
                       [&](const PublicKey& key) { return MaySign(document, key, issuer); });
}

}  // namespace commons::governance
