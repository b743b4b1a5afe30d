// Which rule holds for an owner's dataset now.
#ifndef COMMONS_GOVERNANCE_RULES_RULE_IN_FORCE_H_
#define COMMONS_GOVERNANCE_RULES_RULE_IN_FORCE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// The owner's effective rule for one dataset: CommonsPolicy meet every matching OwnerPolicy (the
// newest matured version and every later one). Every field that its release needs is set. A list
// that is empty allows everything; one that holds just the empty text allows nothing (see Meet).
struct EffectiveRule {
  v1::Rule rule;
  std::vector<DocId> documents;  // that decided it, sorted
};

// NO_POLICY when the owner has none for the dataset, or the common rules leave a needed field
// unset; EXPIRED when the owner's newest has expired. Where the Standard names purposes, no other
// is allowed. `open` needs an owner's rule that says so and states
// open_describes_no_protected_records; else the release is `protected`.
absl::StatusOr<EffectiveRule> RuleInForce(const Register& reg, const OrgId& owner,
                                          absl::string_view dataset, absl::Time now);

// Rules that take the place of those of their chain: as if they had matured, and nothing else were
// said until then.
struct Instead {
  const v1::CommonsPolicy* common = nullptr;  // nullptr: those in force
  const v1::OwnerPolicy* own = nullptr;       // for its dataset, or for every one
};

// What meets in an owner's rule for a dataset, apart. Empty where nothing is said.
struct RuleParts {
  v1::Rule common, for_dataset, for_every_dataset;
  v1::Rule definition;           // the purposes that the Standard names
  v1::Rule unstated;             // protected, since the board does not state what `open` needs
  std::vector<DocId> documents;  // of those in force
};
// As RuleInForce, but for fields that are unset.
absl::StatusOr<RuleParts> RulePartsOf(const Register& reg, const OrgId& owner,
                                      absl::string_view dataset, absl::Time now,
                                      const Instead& instead = {});
v1::Rule MeetOf(const RuleParts& parts);
// NO_POLICY where the common rules leave a needed field unset.
absl::Status CheckComplete(const RuleParts& parts);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_RULES_RULE_IN_FORCE_H_
