#include "clients/office/sign_check.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "governance/kinds.h"

namespace commons::clients {
namespace {

namespace kinds = governance::kinds;
using governance::Document;

bool StewardsMaySign(const Document& document) { return document.kind() == kinds::kManifest; }

bool MaySign(const Document& document, const PublicKey& key, const v1::OrgRoot& issuer) {
  const std::string bytes = key.ToBytes();
  const bool seat =
      std::any_of(issuer.seats().begin(), issuer.seats().end(),
                  [&](const v1::Seat& candidate) { return candidate.key() == bytes; });
  const auto& stewards = issuer.stewards();
  return seat || (StewardsMaySign(document) &&
                  std::find(stewards.begin(), stewards.end(), bytes) != stewards.end());
}

// `node init` names keys by what they are for.
bool LabelMaySign(const Document& document, const std::string& label) {
  for (const char* other : {"researcher-", "guardian-", "steward-", "node", "tls", "witness"}) {
    if (absl::StartsWith(label, other)) {
      return absl::StartsWith(label, "steward-") && StewardsMaySign(document);
    }
  }
  return true;
}

}  // namespace

absl::Status CheckKeyCounts(const Document& document, const crypto::KeyFile& key,
                            const std::optional<v1::OrgRoot>& issuer) {
  if (document.kind() == kinds::kCharter) {
    return absl::FailedPreconditionError(
        "a charter is not signed: each founder's board says yes with commons doc approve");
  }
  const bool counts =
      issuer ? MaySign(document, key.key.public_key(), *issuer) : LabelMaySign(document, key.label);
  if (counts) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the key '", key.label, "' does not count on this ", document.kind(),
                   "; it takes the board's keys of the organisation that issues it",
                   StewardsMaySign(document) ? ", or a steward's" : ""));
}

size_t CountingSignatures(const Document& document, const v1::OrgRoot& issuer) {
  return std::count_if(document.signers.begin(), document.signers.end(),
                       [&](const PublicKey& key) { return MaySign(document, key, issuer); });
}

}  // namespace commons::clients
