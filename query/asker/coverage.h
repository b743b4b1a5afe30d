// What of its owners' rows an answer covers, as their notices of holdings say.
#ifndef COMMONS_QUERY_ASKER_COVERAGE_H_
#define COMMONS_QUERY_ASKER_COVERAGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/question.pb.h"
#include "query/question/plan.h"

namespace commons::query {

// "2 of 22 members left out more than 2 % of their rows: Lakes (at most 5 %), ..." of `members`,
// whose notices in force count; "" when none did.
std::string LeftOutSentence(const governance::Register& reg, absl::string_view dataset,
                            const std::vector<OrgId>& members);

// Who of `members` holds rows under an earlier version of the definition: what was added since is
// in none of them. "" when none does.
std::string EarlierDefinitionSentence(const governance::Register& reg, absl::string_view dataset,
                                      const std::vector<OrgId>& members);

// Whose edition is of a day more than a week before the newest: what came since is not in it. ""
// when none is.
std::string OlderEditionsSentence(const governance::Register& reg, absl::string_view dataset,
                                  const std::vector<OrgId>& members);

// These three, where there is something to say.
std::vector<std::string> CoverageSentences(const governance::Register& reg,
                                           absl::string_view dataset,
                                           const std::vector<OrgId>& members);

// "People may be in several groups of ethnicity: ...", of a question grouped by such columns.
std::string SeveralGroupsSentence(const v1::Question& question, const v1::Standard& standard);

// "Rows without a value of age are in a group with others: ...", of a question whose CASE puts them
// there.
std::string MissingInGroupSentence(const v1::Question& question, const v1::Standard& standard);

// "n counts rows: nothing in visits tells people apart ...", of a plan whose counts bear the unit
// of the dataset (legend.h) though no column does that; "" for others.
std::string RowsCountedSentence(const Plan& plan, const v1::Standard& standard);

// "Each figure takes at most 1 row of a person by itself: ...", of a protected question that puts
// figures of different rows side by side (FILTER, subtotals) where not all rows of a person count
// in a cell; "" for others.
std::string ShareSentence(const v1::Question& question, const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_ASKER_COVERAGE_H_
