// The organisation card: who an organisation is, by its keys. Its genesis hash is the org_id; later
// ones take its place (next_card.h).
#ifndef COMMONS_GOVERNANCE_KINDS_ORGANISATION_ORG_ROOT_H_
#define COMMONS_GOVERNANCE_KINDS_ORGANISATION_ORG_ROOT_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/random.h"
#include "governance/document/kind.h"
#include "proto/documents.pb.h"

namespace commons::governance {

extern const Kind kOrgRootKind;

struct OrgRootDraft {
  std::string name;  // as IsShortName of document/text.h: any file's stem
  std::vector<std::pair<std::string, PublicKey>> seats;
  uint32_t board_k = 1;             // of all the seats, unless `board` says otherwise
  std::optional<v1::Quorum> board;  // over exactly the seats
  std::optional<v1::Quorum> recovery;
  std::vector<PublicKey> guardians, stewards;
  PublicKey node_key, tls_key, witness_key;
  bool practice = false;
};
// Payload bytes ready for SignDocument; MALFORMED, NOT_SUPPORTED_YET.
absl::StatusOr<std::string> DraftOrgRoot(const OrgRootDraft& draft, crypto::RandomSource& random,
                                         absl::Time now);

// What holds for every card by itself, and what a board reads of it: the changes first.
absl::Status CheckCard(const v1::OrgRoot& root);
void ShowCard(const Document& card, const Register* reg, Screen& s);

// What to look at in the name on a card, beside the members that are known.
void WarnOfCardName(const Document& card, const Register* reg, Screen& s);

std::vector<std::string> SeatKeysOf(const v1::OrgRoot& root);
// The keys that name an organisation to its peers: no two members share one.
std::vector<std::string> NodeKeysOf(const v1::OrgRoot& root);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_ORGANISATION_ORG_ROOT_H_
