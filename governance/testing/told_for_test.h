// For tests: what a refusal tells, reason and words together. Many guards share a reason, so a test
// that looks at it alone may pass for another guard's.
#ifndef COMMONS_GOVERNANCE_TESTING_TOLD_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_TOLD_FOR_TEST_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "governance/document/refusal.h"

namespace commons::governance {

// "MALFORMED: the words"; "OK" when nothing is refused.
inline std::string Told(const absl::Status& status) {
  return status.ok() ? "OK"
                     : absl::StrCat(v1::Reason_Name(ReasonOf(status)), ": ", status.message());
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_TOLD_FOR_TEST_H_
