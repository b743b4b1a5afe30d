// On which basis in law a project may ask: one list for projects and for rules.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_LEGAL_BASIS_H_
#define COMMONS_GOVERNANCE_DOCUMENT_LEGAL_BASIS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace commons::governance {

// As the New Zealand Privacy Act 2020 and the Data and Statistics Act 2022 tell them apart.
const std::vector<std::string>& LegalBases();

// kInvalidArgument "'X' is no legal basis; one of: ...". Documents of others may name other ones:
// they match no rule that lists any.
absl::Status CheckLegalBasis(absl::string_view text);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_LEGAL_BASIS_H_
