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

// Keys that the document itself names: a project's researchers, a key that gives itself up.
bool IsItsOwn(const Document& document, const PublicKey& key) {
  const Kind& kind = KindOf(document);
  if (kind.own_keys == nullptr) return false;
  const std::vector<std::string> keys = kind.own_keys(*document.payload);
  return std::find(keys.begin(), keys.end(), key.view()) != keys.end();
}

// `node init` names keys by what they are for.
bool LabelMaySign(const Document& document, const PublicKey& key, absl::string_view label) {
  const Kind& kind = KindOf(document);
  if (IsItsOwn(document, key)) return true;
  if (kind.home == Kind::Home::kBeside) return label == "node";
  for (const char* other : {"researcher-", "guardian-", "steward-", "node", "tls", "witness"}) {
    if (!absl::StartsWith(label, other)) continue;
    return (absl::StartsWith(label, "steward-") && kind.by_stewards) ||
           (absl::StartsWith(label, "guardian-") && kind.by_guardians);
  }
  return true;
}

std::string WhoSigns(const Kind& kind) {
  if (kind.home == Kind::Home::kBeside) return "the node's own key";
  if (kind.by_recovery) {
    return "the keys that the card before it names to replace lost ones, and its own seats'";
  }
  return absl::StrCat("the board's keys of the organisation that issues it",
                      kind.by_stewards ? ", or a steward's" : "",
                      kind.by_guardians ? ", or a guardian's" : "",
                      kind.own_keys != nullptr ? ", or that of who is named in it" : "");
}

}  // namespace

bool KeyCounts(const Document& document, const PublicKey& key, const v1::OrgRoot& issuer) {
  const Kind& kind = KindOf(document);
  if (kind.home == Kind::Home::kBeside) return issuer.node().node_key() == key.view();
  return KeyCounts(document, key, RolesOn(issuer, key.view()));
}

bool KeyCounts(const Document& document, const PublicKey& key, const KeyRoles& roles) {
  const Kind& kind = KindOf(document);
  if (kind.by_recovery) return roles.recovers || IsItsOwn(document, key);
  return roles.seat || IsItsOwn(document, key) || (kind.by_stewards && roles.steward) ||
         (kind.by_guardians && roles.guardian);
}

absl::Status CheckKeyCounts(const Document& document, const PublicKey& key, absl::string_view label,
                            const std::optional<v1::OrgRoot>& issuer) {
  const Kind& kind = KindOf(document);
  if (!kind.never_signed.empty()) return absl::FailedPreconditionError(kind.never_signed);
  const bool counts =
      issuer ? KeyCounts(document, key, *issuer) : LabelMaySign(document, key, label);
  if (counts) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the key '", label, "' does not count on ",
                                                    KindWords(document.kind()), "; it takes ",
                                                    WhoSigns(kind)));
}

size_t CountingSignatures(const Document& document, const v1::OrgRoot& issuer) {
  return std::count_if(document.signers.begin(), document.signers.end(),
                       [&](const PublicKey& key) { return KeyCounts(document, key, issuer); });
}

}  // namespace commons::governance
