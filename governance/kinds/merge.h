// Signatures that were given in several places, brought together. Pure.
#ifndef COMMONS_GOVERNANCE_KINDS_MERGE_H_
#define COMMONS_GOVERNANCE_KINDS_MERGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Each document of the files once, with the valid signatures of all copies, in an order that does
// not hang on that of the files. OpenDocument's refusals; MALFORMED: more than fits in an envelope,
// or two invitations.
absl::StatusOr<v1::RuleFile> MergeRules(absl::Span<const v1::RuleFile> files);

// Different documents for one place, of which one at most can count: two versions 3 of the same
// rules, say. A line each, naming them. Those that can't be opened are left out.
std::vector<std::string> RivalsIn(const v1::RuleFile& file);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_MERGE_H_
