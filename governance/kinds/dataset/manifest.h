// The notice of holdings: "we hold this dataset, by that definition, in this edition".
#ifndef COMMONS_GOVERNANCE_KINDS_DATASET_MANIFEST_H_
#define COMMONS_GOVERNANCE_KINDS_DATASET_MANIFEST_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/kind.h"
#include "governance/register/register.h"

namespace commons::governance {

extern const Kind kManifestKind;

// What is held, as its notice says it.
struct Holding {
  uint64_t edition = 0;    // 0: nothing any more
  std::string as_of = {};  // ISO date
  uint32_t left_out_percent = 0;
  std::string standard_id = {};         // 32 bytes; empty: of the definition in force
  std::set<std::string> not_held = {};  // columns that are stated to be absent
};
// How many in a hundred rows of the owner's file are not in the edition, rounded up: nobody learns
// the number of rows from it. 0: none, or there were no rows.
uint32_t LeftOutPercent(uint64_t rows, uint64_t rejected);
// Above this whoever reads the answer is told.
inline constexpr uint32_t kLeftOutPercentUsual = 2;

// Payload bytes ready for SignDocument, after an import. kNotFound when the commons has no such
// definition, or never had the one that is named; CheckNotHeld's.
absl::StatusOr<std::string> DraftManifest(const Register& reg, const OrgId& issuer,
                                          absl::string_view dataset, const Holding& holding,
                                          absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_DATASET_MANIFEST_H_
