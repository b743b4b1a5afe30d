#include "query/asker/coverage.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "governance/kinds/dataset/manifest.h"
#include "governance/standard/roles.h"
#include "query/question/bins.h"
#include "query/question/columns.h"
#include "query/question/question.h"

namespace commons::query {
namespace {

// Editions of so many days are told apart by nobody.
constexpr int64_t kDaysTogether = 7;

}  // namespace

std::string LeftOutSentence(const governance::Register& reg, absl::string_view dataset,
                            const std::vector<OrgId>& members) {
  std::map<std::string, uint32_t> shares;
  for (const OrgId& org : members) {
    const governance::Organisation* member = reg.FindMember(org);
    const auto* notices = reg.Manifests(org, dataset);
    if (member == nullptr || notices == nullptr) continue;
    const uint32_t share = notices->versions.back().payload->left_out_percent();
    if (share > governance::kLeftOutPercentUsual) shares[member->name] = share;
  }
  if (shares.empty()) return "";
  return absl::StrCat(
      shares.size(), " of ", members.size(), members.size() == 1 ? " member" : " members",
      " left out more than ", governance::kLeftOutPercentUsual, " % of their rows: ",
      absl::StrJoin(shares, ", ",
                    [](std::string* out, const auto& share) {
                      absl::StrAppend(out, share.first, " (at most ", share.second, " %)");
                    }),
      ".");
}

std::string EarlierDefinitionSentence(const governance::Register& reg, absl::string_view dataset,
                                      const std::vector<OrgId>& members) {
  const governance::StandardInForce* standard = reg.FindStandard(dataset);
  std::set<std::string> names;
  for (const OrgId& org : members) {
    const governance::Organisation* member = reg.FindMember(org);
    const auto* notices = reg.Manifests(org, dataset);
    if (standard == nullptr || member == nullptr || notices == nullptr) continue;
    const std::string& held = notices->versions.back().payload->standard_id();
    if (standard->id.view() != held) names.insert(member->name);
  }
  if (names.empty()) return "";
  return absl::StrCat(names.size(), " of ", members.size(),
                      members.size() == 1 ? " member holds" : " members hold",
                      " rows under an earlier definition, without what was added since: ",
                      absl::StrJoin(names, ", "), ".");
}

std::string OlderEditionsSentence(const governance::Register& reg, absl::string_view dataset,
                                  const std::vector<OrgId>& members) {
  std::map<std::string, int64_t> days;
  std::map<std::string, std::string> older;
  int64_t newest = std::numeric_limits<int64_t>::min();
  for (const OrgId& org : members) {
    const governance::Organisation* member = reg.FindMember(org);
    const auto* notices = reg.Manifests(org, dataset);
    if (member == nullptr || notices == nullptr) continue;
    const std::string& as_of = notices->versions.back().payload->as_of();
    const auto day = ParseDate(as_of, PeriodUnit::kDay);
    if (!day.has_value()) continue;
    days[member->name] = *day;
    older[member->name] = as_of;
    newest = std::max(newest, *day);
  }
  for (const auto& [name, day] : days) {
    if (newest - day <= kDaysTogether) older.erase(name);
  }
  if (older.empty()) return "";
  return absl::StrCat(older.size(), " of ", members.size(),
                      " members answered from an edition more "
                      "than a week older than the newest, without what came since: ",
                      absl::StrJoin(older, ", ",
                                    [](std::string* out, const auto& each) {
                                      absl::StrAppend(out, each.first, " (", each.second, ")");
                                    }),
                      ".");
}

std::string SeveralGroupsSentence(const v1::Question& question, const v1::Standard& standard) {
  std::set<std::string> names;
  for (const v1::Dimension& dimension : question.dimensions()) {
    const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
    if (governance::HasResponses(column)) names.insert(column.name());
  }
  if (names.empty()) return "";
  return absl::StrCat("People may be in several groups of ", absl::StrJoin(names, " and of "),
                      ": the groups add up to more than the total.");
}

std::string MissingInGroupSentence(const v1::Question& question, const v1::Standard& standard) {
  std::set<std::string> names;  // a column has several levels
  for (const v1::Dimension& dimension : question.dimensions()) {
    const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
    if (column.required()) continue;
    const auto missing = static_cast<int64_t>(BinCount(column, dimension.unit())) - 1;
    // A grouping of the definition leaves missing values by themselves.
    for (const v1::Dimension::Group& group : dimension.groups()) {
      const IntervalSet bins = BinsOfGroup(group);
      if (bins.Contains(missing) && bins.Count() > 1) names.insert(column.name());
    }
  }
  if (names.empty()) return "";
  return absl::StrCat("Rows without a value of ", absl::StrJoin(names, " and of "),
                      " are in a group with others, as the CASE says: a branch with IS NULL alone "
                      "gives them one of their own.");
}

std::string RowsCountedSentence(const Plan& plan, const v1::Standard& standard) {
  std::vector<std::string> names;
  for (const OutputMeasure& measure : plan.measures) {
    if (measure.kind == OutputMeasure::Kind::kCount) names.push_back(measure.name);
  }
  if (names.empty() || !standard.entity().empty()) return "";
  return absl::StrCat(absl::StrJoin(names, ", "), names.size() == 1 ? " counts" : " count",
                      " rows: nothing in ", standard.dataset(),
                      " tells people apart (commons:entity), so that each row counts as a ",
                      standard.unit(), ".");
}

std::string ShareSentence(const v1::Question& question, const v1::Standard& standard) {
  const uint32_t in_cell = RowsPerPersonAndCell(standard);
  const auto& partials = question.partials();
  const bool filters = std::any_of(partials.begin(), partials.end(), [](const v1::Partial& p) {
    return p.filters_size() > 0 || p.joint_filters_size() > 0;
  });
  if (question.release() == v1::OPEN || standard.entity().empty() ||
      in_cell >= RowsPerPerson(standard) || (!filters && question.sets_size() < 2)) {
    return "";
  }
  return absl::StrCat(
      "Each figure takes at most ", in_cell, in_cell == 1 ? " row" : " rows",
      " of a person by itself: one with FILTER and one without, or a part and its total, are not "
      "of "
      "the same rows. A share of one in the other can be far from the share of all rows, and above "
      "it in a total; to compare them, let as many rows of a person count in a cell as in all "
      "(commons:max_rows_per_person_and_cell).");
}

std::vector<std::string> CoverageSentences(const governance::Register& reg,
                                           absl::string_view dataset,
                                           const std::vector<OrgId>& members) {
  std::vector<std::string> sentences = {LeftOutSentence(reg, dataset, members),
                                        EarlierDefinitionSentence(reg, dataset, members),
                                        OlderEditionsSentence(reg, dataset, members)};
  std::erase(sentences, "");
  return sentences;
}

}  // namespace commons::query
