// Whether a signature would count, told before it is made: keys of the wrong person are easily
// taken.
#ifndef COMMONS_GOVERNANCE_KINDS_SIGN_CHECK_H_
#define COMMONS_GOVERNANCE_KINDS_SIGN_CHECK_H_

#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/register/card_keys.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// kFailedPrecondition, saying who signs such a document, when this key's signature counts for
// nothing: by the organisation card of the issuer or, without one, by the key's label.
absl::Status CheckKeyCounts(const Document& document, const PublicKey& key, absl::string_view label,
                            const std::optional<v1::OrgRoot>& issuer);

// Whether this key's signature counts on it, by the issuer's card.
bool KeyCounts(const Document& document, const PublicKey& key, const v1::OrgRoot& issuer);
// The same by what the key is there; not for what stands beside a log by the node's own key.
bool KeyCounts(const Document& document, const PublicKey& key, const KeyRoles& roles);

// How many of the signatures count, by the issuer's card.
size_t CountingSignatures(const Document& document, const v1::OrgRoot& issuer);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_SIGN_CHECK_H_
