// Headers for whoever drafts a document.
#ifndef COMMONS_GOVERNANCE_REGISTER_NEXT_HEADER_H_
#define COMMONS_GOVERNANCE_REGISTER_NEXT_HEADER_H_

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/random.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Header of the next version of a chain, filled from the register.
v1::Header NextHeader(const Register& reg, const OrgId& issuer, absl::string_view chain,
                      absl::Time now);
// Commons chain: version and prev from the newest certified version.
v1::Header NextCommonsHeader(const Register& reg, const OrgId& issuer, absl::Time now);
// Of a document that starts an organisation or a commons.
v1::Header GenesisHeader(absl::string_view chain, crypto::RandomSource& random, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_NEXT_HEADER_H_
