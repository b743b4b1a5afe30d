// How people compare keys and ids by voice or on paper.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_FINGERPRINT_H_
#define COMMONS_GOVERNANCE_DOCUMENT_FINGERPRINT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace commons::governance {

// "0123 4567 ..." six groups of four decimal digits from the id's hash.
std::string Fingerprint(absl::string_view bytes);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_FINGERPRINT_H_
