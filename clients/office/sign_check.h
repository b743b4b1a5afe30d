// Whether a signature would count, told before it is made: keys of the wrong person are easily
// taken.
#ifndef COMMONS_CLIENTS_OFFICE_SIGN_CHECK_H_
#define COMMONS_CLIENTS_OFFICE_SIGN_CHECK_H_

#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "crypto/keyfile.h"
#include "governance/document.h"
#include "proto/documents.pb.h"

namespace commons::clients {

// kFailedPrecondition, saying who signs such a document, when this key's signature counts for
// nothing: by the organisation card of the issuer or, without one, by the key's label.
absl::Status CheckKeyCounts(const governance::Document& document, const crypto::KeyFile& key,
                            const std::optional<v1::OrgRoot>& issuer);

// How many of the signatures count, by the issuer's card.
size_t CountingSignatures(const governance::Document& document, const v1::OrgRoot& issuer);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_SIGN_CHECK_H_
