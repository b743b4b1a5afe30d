#include "query/question/question_words.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "governance/document/text.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/question/intervals.h"

namespace commons::query {
namespace {

constexpr size_t kListed = 6;  // codes of one condition, or ranges
constexpr size_t kNameShown = 80;
constexpr size_t kWordsBytes = 1024;

std::string Name(absl::string_view name) { return governance::OneLine(name, kNameShown); }

std::string AllOf(const std::vector<std::string>& parts, absl::string_view between,
                  absl::string_view last) {
  if (parts.empty()) return "";
  const std::string most = absl::StrJoin(parts.begin(), parts.end() - 1, between);
  return parts.size() == 1 ? parts[0] : absl::StrCat(most, last, parts.back());
}

std::string MeasureWords(const v1::Partial& partial, const v1::Standard& standard) {
  const auto of = [&] { return Name(standard.columns(static_cast<int>(partial.column())).name()); };
  std::string words;
  switch (partial.kind()) {
    case v1::COUNT_ROWS:
      words = "how many rows";
      break;
    case v1::COUNT_PERSONS:
      words = "how many people";
      break;
    case v1::COUNT_VALUES:
      words = absl::StrCat("how many have ", of());
      break;
    case v1::SUM_VALUES:
      words = absl::StrCat("the sum of ", of());
      break;
    case v1::SUM_SQUARES:
      words = absl::StrCat("the spread of ", of());
      break;
    case v1::COUNT_BANDS:
      words = absl::StrCat("how many in each band of ", of());
      break;
    default:
      words = "a figure";
  }
  const bool some = partial.filters_size() + partial.joint_filters_size() > 0;
  return some ? absl::StrCat(words, " (of some of them)") : words;
}

std::string DimensionWords(const v1::Dimension& dimension, const v1::Standard& standard) {
  const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
  if (dimension.grouping() > 0) {
    return Name(column.groupings(static_cast<int>(dimension.grouping()) - 1).name());
  }
  if (dimension.groups_size() > 0) return absl::StrCat("groups of ", Name(column.name()));
  const bool coarser =
      dimension.unit() != v1::PERIOD_UNIT_UNSPECIFIED && dimension.unit() != column.period_unit();
  return coarser ? absl::StrCat(UnitName(governance::UnitOf(dimension.unit())), " of ",
                                Name(column.name()))
                 : Name(column.name());
}

// Of several responses: a row that has any of these, or one that has nothing else.
std::string ResponsesWords(const std::vector<std::string>& in, const std::vector<std::string>& out,
                           const Condition& condition) {
  if (condition.reading == Condition::Reading::kAny) {
    if (in.size() <= kListed) return absl::StrCat("has ", AllOf(in, ", ", " or "));
    return absl::StrCat("has one of ", condition.kept.Count(), " codes");
  }
  if (out.size() == 1) return absl::StrCat("does not have ", out[0]);
  if (out.size() <= kListed) return absl::StrCat("has neither ", AllOf(out, ", ", " nor "));
  if (in.size() <= kListed) return absl::StrCat("has nothing but ", AllOf(in, ", ", " or "));
  return absl::StrCat("has nothing but ", condition.kept.Count(), " codes");
}

std::string CodesWords(const v1::Column& column, const Condition& condition) {
  const IntervalSet& kept = condition.kept;
  std::vector<std::string> in, out;
  for (int i = 0; i < column.codes_size(); ++i) {
    std::vector<std::string>& side = kept.Contains(i) ? in : out;
    if (side.size() <= kListed) side.push_back(Name(governance::LabelOf(column.codes(i))));
  }
  if (governance::HasResponses(column)) return ResponsesWords(in, out, condition);
  if (in.size() <= kListed) return absl::StrCat("is ", AllOf(in, ", ", " or "));
  if (out.size() <= kListed) return absl::StrCat("is not ", AllOf(out, ", ", " or "));
  return absl::StrCat("is one of ", kept.Count(), " codes");
}

std::string RangeWords(const v1::Column& column, Interval range) {
  const Interval all = Universe(column);
  std::vector<std::string> both;
  if (range.low > all.low) both.push_back(absl::StrCat("from ", FormatValue(column, range.low)));
  if (range.high < all.high) {
    both.push_back(absl::StrCat("to under ", FormatValue(column, range.high)));
  }
  return absl::StrJoin(both, " ");
}

std::string RangesWords(const v1::Column& column, const IntervalSet& kept) {
  if (kept.intervals().size() > kListed) {
    return absl::StrCat("in ", kept.intervals().size(), " ranges");
  }
  std::vector<std::string> ranges;
  ranges.reserve(kept.intervals().size());
  for (const Interval& range : kept.intervals()) ranges.push_back(RangeWords(column, range));
  return AllOf(ranges, ", ", " or ");
}

std::string FilterWords(const v1::Filter& filter, const v1::Standard& standard) {
  const v1::Column& column = standard.columns(static_cast<int>(filter.column()));
  const Condition condition = ConditionOf(filter, column);
  const bool missing = condition.missing == Condition::Truth::kTrue;
  std::string words = Name(column.name());
  if (condition.kept == IntervalSet({Universe(column)})) {
    return absl::StrCat(words, " is known");
  }
  if (condition.kept.intervals().empty()) {
    return absl::StrCat(words, missing ? " is not known" : " is nothing that there is");
  }
  absl::StrAppend(&words, " ",
                  ShapeOf(column) == Shape::kCodes ? CodesWords(column, condition)
                                                   : RangesWords(column, condition.kept));
  return missing ? absl::StrCat(words, ", or not known") : words;
}

std::string JointWords(const v1::JointFilter& filter, const v1::Standard& standard) {
  std::vector<std::string> names;
  for (const uint32_t column : filter.columns()) {
    names.push_back(Name(standard.columns(static_cast<int>(column)).name()));
  }
  return absl::StrCat("some combinations of ", AllOf(names, ", ", " and "));
}

}  // namespace

std::string QuestionWords(const v1::Question& question, const v1::Standard& standard) {
  std::vector<std::string> measures, dimensions;
  std::set<std::string> said;
  for (const v1::Partial& partial : question.partials()) {
    std::string words = MeasureWords(partial, standard);
    if (said.insert(words).second) measures.push_back(std::move(words));
  }
  for (const v1::Dimension& dimension : question.dimensions()) {
    dimensions.push_back(DimensionWords(dimension, standard));
  }
  return governance::OneLine(
      absl::StrCat(AllOf(measures, ", ", " and "), dimensions.empty() ? "" : ", by ",
                   AllOf(dimensions, ", ", " and ")),
      kWordsBytes);
}

std::string PopulationWords(const v1::Question& question, const v1::Standard& standard) {
  std::vector<std::string> conditions;
  for (const v1::Filter& filter : question.filters()) {
    conditions.push_back(FilterWords(filter, standard));
  }
  for (const v1::JointFilter& filter : question.joint_filters()) {
    conditions.push_back(JointWords(filter, standard));
  }
  if (conditions.empty()) return "all";
  return governance::OneLine(absl::StrJoin(conditions, "; "), kWordsBytes);
}

}  // namespace commons::query
