// What a member demands of a question follows from its published rules: a vote that demands
// anything else would spoil an answer that all others pay for.
#ifndef COMMONS_QUERY_RELEASE_DEMANDS_H_
#define COMMONS_QUERY_RELEASE_DEMANDS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"
#include "proto/peer.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// The values that a rule demands; `rules` (the documents) are the caller's to add.
v1::Requirements DemandsOf(const v1::Question& question, const v1::Rule& rule);

// BAD_ROSTER, with the value, unless the demands are those of the documents that they name: common
// rules, and rules of `owner` for this dataset, as `reg` has them. Whatever time they mature at,
// and whatever newer ones there are: no two nodes judge that alike.
absl::Status CheckDemands(const v1::Requirements& demands, const OrgId& owner,
                          const v1::Question& question, const governance::Register& reg);

// Of each value the strictest that any of them demands, and for each of them the names of the
// values that it forces: where it demands the strictest and not all do. "min_members", and on
// protected data "noise", "threshold", "rounding" and "collusion".
struct Strictest {
  v1::Requirements values;
  std::vector<std::vector<std::string>> forces;  // in the order of `demands`
};
Strictest StrictestOf(absl::Span<const v1::Requirements> demands, const v1::Question& question);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_DEMANDS_H_
