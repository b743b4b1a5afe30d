// For tests: what the register says of a document that does not count.
#ifndef COMMONS_GOVERNANCE_TESTING_PROBLEMS_FOR_TEST_H_
#define COMMONS_GOVERNANCE_TESTING_PROBLEMS_FOR_TEST_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "governance/register/register.h"

namespace commons::governance {

// "UNDER_SIGNED: the words"; "counts" when nothing is wrong with it.
inline std::string ProblemOf(const Register& reg, const DocId& id) {
  for (const auto& problem : reg.problems()) {
    if (problem->id == id) {
      return absl::StrCat(v1::Reason_Name(problem->reason), ": ", problem->message);
    }
  }
  return "counts";
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_TESTING_PROBLEMS_FOR_TEST_H_
