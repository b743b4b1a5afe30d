// What a new version of a common definition changes, in a person's words.
#ifndef COMMONS_GOVERNANCE_REVIEW_STANDARD_CHANGES_H_
#define COMMONS_GOVERNANCE_REVIEW_STANDARD_CHANGES_H_

#include <string>
#include <vector>

#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Each a line of its own, of texts that are safe to show. Nothing that differs is left out: what
// has no words of its own is named by its field.
struct StandardChanges {
  std::vector<std::string> changes;   // what differs, and how
  std::vector<std::string> warnings;  // what lets more out, or means something else by old words
};

// reg: names organisations; may be null.
StandardChanges CompareStandards(const v1::Standard& before, const v1::Standard& after,
                                 const Register* reg);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_STANDARD_CHANGES_H_
