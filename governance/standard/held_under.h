// Rows imported under one version of a common definition, asked about under another.
#ifndef COMMONS_GOVERNANCE_STANDARD_HELD_UNDER_H_
#define COMMONS_GOVERNANCE_STANDARD_HELD_UNDER_H_

#include <cstdint>
#include <map>
#include <set>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Whether rows held under `held` mean the same to a question under `asked` that uses `columns`
// (indices in `asked`) and groups by `groupings` of them (column to the grouping's place in it).
// Both are definitions of one dataset that were certified.
//
// Persons must be told apart by the same column and counted in the same unit. Each column used must
// be in `held`, with the same type, decimals, unit, period and time zone, required in both or in
// neither, and its values must be among those that `asked` has: codes may have been added at the
// end, a range widened, a row may have more of them; texts that were rejected may be read, but none
// that was read may mean something else, nor may a number be no value now. Roles may have been
// exchanged between dimension and measure. Titles, purposes, clips, bands and the rows that count
// of a person are those of `asked`: nothing of them is stored. Groupings may have been added; one
// that the question groups by and that `held` has too must still take its codes together as it did.
// What lies in a table is checked once more where it is counted (query/question/layout.h).
//
// WRONG_STANDARD, naming the first column that is new or another.
absl::Status CheckHeldUnder(const v1::Standard& held, const v1::Standard& asked,
                            const std::set<uint32_t>& columns,
                            const std::multimap<uint32_t, uint32_t>& groupings = {});

// What both this and a look at a question's filters refuse with; `what` of the definition is in the
// way: "which lacks 'ward'".
absl::Status RefuseHeldUnder(const v1::Standard& asked, absl::string_view what);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_HELD_UNDER_H_
