// Cards that take the place of an organisation's earlier one
// (docs/decisions/0020-cards-that-change.md). Pure.
#ifndef COMMONS_GOVERNANCE_KINDS_ORGANISATION_NEXT_CARD_H_
#define COMMONS_GOVERNANCE_KINDS_ORGANISATION_NEXT_CARD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// An organisation's card, of whichever kind.
bool IsACard(const Document& document);
// Whose card it is: it says so, or is the first, whose hash is the name.
OrgId OrganisationOf(const Document& card);

// Whether `next` takes the place of the card `id` of `org` where it stands in its log.
// UNKNOWN_ISSUER; OUT_OF_ORDER: not exactly the next version of exactly that card;
// NOT_SUPPORTED_YET: another name or other keys of the node; MALFORMED: practice begins or ends;
// UNDER_SIGNED: by the thresholds of both boards; of a recovery card, by the `recovery` of the card
// and its own board.
absl::Status CheckSucceeds(const Document& next, const OrgId& org, const DocId& id,
                           const v1::OrgRoot& card);
// ... where it follows a recovery card that has no power, and takes the place of the one in force.
struct CardTip {
  DocId id;
  uint64_t version = 0;
};
absl::Status CheckSucceeds(const Document& next, const OrgId& org, const CardTip& tip,
                           const v1::OrgRoot& card);

// What the next card says otherwise; what is not set stays as it is.
struct CardChanges {
  std::optional<std::vector<std::pair<std::string, PublicKey>>> seats = {};  // labels and keys, all
  std::optional<v1::Quorum> board = {};  // over exactly the seats; not set: as many as before
  std::optional<std::vector<PublicKey>> guardians = {}, stewards = {};
  std::optional<v1::Quorum> recovery = {};  // without members: none
  std::optional<int64_t> expires_at = {};   // seconds since 1970; 0: never
  // The recovery card behind it that the next one sets aside; not set: it follows the card itself.
  std::optional<CardTip> after = {};
};
// Payload bytes ready for SignDocument, by seats of both boards. `card` is in force; MALFORMED,
// NOT_SUPPORTED_YET; kInvalidArgument: other seats under a threshold of groups, which is not said
// anew.
absl::StatusOr<std::string> DraftNextCard(const Document& card, const CardChanges& changes,
                                          absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_ORGANISATION_NEXT_CARD_H_
