// Drafting documents for people to review and sign: the payload bytes, never the signature.
#ifndef COMMONS_GOVERNANCE_KINDS_DRAFT_H_
#define COMMONS_GOVERNANCE_KINDS_DRAFT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

struct OrgRootDraft {
  std::string name;  // as IsShortName of payload.h: any file's stem
  std::vector<std::pair<std::string, PublicKey>> seats;
  uint32_t board_k = 1;
  std::vector<PublicKey> guardians, stewards;
  PublicKey node_key, tls_key, witness_key;
  bool practice = false;
};
// Each returns serialised payload bytes ready for SignDocument(kind, bytes, keys).
absl::StatusOr<std::string> DraftOrgRoot(const OrgRootDraft& draft, crypto::RandomSource& random,
                                         absl::Time now);
std::string DraftNodeInfo(const OrgId& org, uint64_t counter,
                          absl::Span<const std::string> endpoints, absl::string_view contact,
                          absl::Time now);
absl::StatusOr<std::string> DraftCharter(absl::Span<const v1::Envelope> founder_cards,
                                         absl::string_view name, absl::string_view purpose,
                                         absl::Duration cooling_off, bool practice,
                                         crypto::RandomSource& random, absl::Time now);

// Header of the next version of a chain, filled from the register.
v1::Header NextHeader(const Register& reg, const OrgId& issuer, absl::string_view chain,
                      absl::Time now);
// Commons chain: version and prev from the newest certified version.
v1::Header NextCommonsHeader(const Register& reg, const OrgId& issuer, absl::Time now);

std::string ApprovalChain(uint64_t version, uint32_t ballot);
std::string PolicyChain(absl::string_view dataset);
std::string ManifestChain(absl::string_view dataset);
std::string AccreditationChain(const PublicKey& researcher);
std::string ProjectChain(absl::string_view name);
std::string ProjectApprovalChain(const DocId& project);

// One screen in plain words, with what looks wrong (no recovery, a person's name, practice keys).
std::string Review(const Document& document, const Register* reg);
// "0123 4567 ..." six groups of four decimal digits from the id's hash.
std::string Fingerprint(absl::string_view bytes);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_DRAFT_H_
