// The notice of holdings: "we hold this dataset, by that definition, in this edition".
#ifndef COMMONS_GOVERNANCE_KINDS_DATASET_MANIFEST_H_
#define COMMONS_GOVERNANCE_KINDS_DATASET_MANIFEST_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/kind.h"
#include "governance/register/register.h"

namespace commons::governance {

extern const Kind kManifestKind;

// Payload bytes ready for SignDocument, after an import; edition 0: the dataset is not held any
// more. kNotFound when the commons has no such definition.
absl::StatusOr<std::string> DraftManifest(const Register& reg, const OrgId& issuer,
                                          absl::string_view dataset, uint64_t edition,
                                          absl::string_view as_of, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_DATASET_MANIFEST_H_
