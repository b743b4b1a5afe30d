// Where the signing of one document stands, in a board's words. Pure.
#ifndef COMMONS_GOVERNANCE_KINDS_SIGNING_STATUS_H_
#define COMMONS_GOVERNANCE_KINDS_SIGNING_STATUS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "governance/document/document.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Who must sign: the board, or those who replace its lost keys.
const v1::Quorum& ThresholdOf(const Document& document, const v1::OrgRoot& card);

// Whether the signatures of its own organisation's people are all there, as far as anybody needs
// to sign. `card`: in force where the document will stand; for a later card the one before it.
bool EnoughSigned(const Document& document, const v1::OrgRoot& card);

// "2 of 3 signed: missing the kaumatua seat or the clinical seat", and who signed and did not, by
// seat; which seats declined it, and why, among `others`; when it ends. Lines, each ended. Without
// the issuer's card nobody's seat is known: that is said.
std::string SigningStatus(const Document& document, const std::optional<v1::OrgRoot>& card,
                          const std::vector<Document>& others, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_SIGNING_STATUS_H_
