#include "query/question/question.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/refusal.h"
#include "query/question/cell_space.h"
#include "query/question/partials.h"

namespace commons::query {
namespace {

constexpr char kDigestDomain[] = "commons/question/1";

privacy::PartialKind KindOf(v1::PartialKind kind) {
  switch (kind) {
    case v1::COUNT_PERSONS:
      return privacy::PartialKind::kCountPersons;
    case v1::COUNT_VALUES:
      return privacy::PartialKind::kCountValues;
    case v1::SUM_VALUES:
      return privacy::PartialKind::kSum;
    case v1::SUM_SQUARES:
      return privacy::PartialKind::kSumSquares;
    default:
      return privacy::PartialKind::kCountRows;
  }
}

void HashPartials(const v1::Question& question, const v1::Standard& standard,
                  crypto::FieldHasher* hasher) {
  hasher->AddU64(question.partials_size());
  for (const v1::Partial& partial : question.partials()) {
    hasher->AddU64(partial.kind()).AddU64(partial.column());
    if (!IsSum(partial)) continue;
    const v1::Column& column = standard.columns(partial.column());
    hasher->AddU64(column.clip_low()).AddU64(column.clip_high());
  }
}

void HashFilters(const Filters& filters, crypto::FieldHasher* hasher) {
  hasher->AddU64(filters.size());
  for (const v1::Filter& filter : filters) {
    const uint64_t reading = filter.missing() + 2 * uint64_t{filter.every()};
    hasher->AddU64(filter.column()).Add(filter.codes()).AddU64(reading);
    hasher->AddU64(filter.ranges_size());
    for (const v1::Filter::Range& range : filter.ranges()) {
      hasher->AddU64(range.low()).AddU64(range.high());
    }
  }
}

void HashParts(const v1::JointFilter::Parts& parts, crypto::FieldHasher* hasher) {
  hasher->Add("parts").AddU64(parts.of_size());
  for (int i = 0; i < parts.of_size(); ++i) {
    hasher->AddU64(parts.lengths(i)).AddU64(parts.of(i));
  }
}

void HashJointFilters(const JointFilters& filters, crypto::FieldHasher* hasher) {
  for (const v1::JointFilter& filter : filters) {
    hasher->Add("joint").AddU64(filter.columns_size());
    for (const uint32_t column : filter.columns()) hasher->AddU64(column);
    hasher->Add(filter.cells());
    for (const v1::JointFilter::Parts& parts : filter.parts()) HashParts(parts, hasher);
  }
}

// After all else and only where there is any, so that a question without keeps its digest.
void HashAdditions(const v1::Question& question, crypto::FieldHasher* hasher) {
  for (int i = 0; i < question.partials_size(); ++i) {
    const v1::Partial& partial = question.partials(i);
    if (partial.filters().empty()) continue;
    hasher->Add("filter").AddU64(i);
    HashFilters(partial.filters(), hasher);
  }
  for (int i = 0; i < question.dimensions_size(); ++i) {
    const v1::Dimension& dimension = question.dimensions(i);
    if (dimension.grouping() > 0) {
      hasher->Add("grouping").AddU64(i).AddU64(dimension.grouping());
    }
    if (dimension.groups().empty()) continue;
    hasher->Add("groups").AddU64(i).AddU64(dimension.groups_size());
    for (const v1::Dimension::Group& group : dimension.groups()) hasher->Add(group.bins());
  }
  HashJointFilters(question.joint_filters(), hasher);
  for (int i = 0; i < question.partials_size(); ++i) {
    const v1::Partial& partial = question.partials(i);
    if (partial.joint_filters().empty()) continue;
    hasher->Add("filter with joint").AddU64(i).AddU64(partial.joint_filters_size());
    HashJointFilters(partial.joint_filters(), hasher);
  }
}

// What makes one person weigh less beside the noise, as far as it applies here.
std::string WayOut(const v1::Question& question, const v1::Standard& standard) {
  std::vector<std::string> ways;
  if (question.sets_size() > 1) ways.push_back("ask without ROLLUP");
  if (ResponsesOf(question, standard) > 1) {
    ways.push_back("group by no column of several responses (commons:max_responses)");
  }
  if (question.noise() != v1::BROAD) ways.push_back("have the owners rule noise = \"broad\"");
  if (RowsPerPersonAndCell(standard) > 1) {
    ways.push_back(
        absl::StrCat("define fewer rows per person and cell (commons:max_rows_per_person_and_cell "
                     "is ",
                     RowsPerPersonAndCell(standard), ")"));
  }
  if (standard.max_owners_per_person() > 1) {
    ways.push_back(absl::StrCat("fewer owners per person (commons:max_owners_per_person is ",
                                standard.max_owners_per_person(), ")"));
  }
  return ways.empty() ? "ask for counts" : absl::StrJoin(ways, ", or ");
}

}  // namespace

uint64_t ResponsesOf(const v1::Question& question, const v1::Standard& standard) {
  uint64_t groups = 1;
  for (const v1::Dimension& dimension : question.dimensions()) {
    groups *= std::max(standard.columns(dimension.column()).max_responses(), 1u);
  }
  return groups;
}

bool IsSum(const v1::Partial& partial) {
  return partial.kind() == v1::SUM_VALUES || partial.kind() == v1::SUM_SQUARES;
}

QuestionDigest DigestOf(const v1::Question& question, const v1::Standard& standard) {
  crypto::FieldHasher hasher(kDigestDomain);
  hasher.Add(question.commons_id()).Add(question.standard_id()).Add(question.dataset());
  hasher.Add(standard.consent_basis().empty() ? "" : question.purpose());
  hasher.AddU64(question.release()).AddU64(question.noise());
  HashPartials(question, standard, &hasher);
  hasher.AddU64(question.dimensions_size());
  for (const v1::Dimension& dimension : question.dimensions()) {
    hasher.AddU64(dimension.column()).AddU64(dimension.unit());
  }
  HashFilters(question.filters(), &hasher);
  hasher.AddU64(question.sets_size());
  for (const v1::GroupingSet& set : question.sets()) {
    hasher.AddU64(set.dimensions_size());
    for (const uint32_t dimension : set.dimensions()) hasher.AddU64(dimension);
  }
  HashAdditions(question, &hasher);
  return crypto::Retype<QuestionDigest>(hasher.Finish());
}

uint32_t RowsPerPerson(const v1::Standard& standard) {
  return std::max(standard.max_rows_per_person(), 1u);
}

uint32_t RowsPerPersonAndCell(const v1::Standard& standard) {
  const uint32_t stated = standard.max_rows_per_person_and_cell();
  return stated == 0 ? RowsPerPerson(standard) : std::min(stated, RowsPerPerson(standard));
}

bool BoundsRowsPerCell(const v1::Question& question, const v1::Standard& standard) {
  return question.release() != v1::OPEN && !standard.entity().empty() &&
         RowsPerPersonAndCell(standard) < RowsPerPerson(standard);
}

privacy::Sensitivity SensitivityOf(const v1::Question& question, const v1::Standard& standard) {
  return {.sets_times_responses = question.sets_size() * ResponsesOf(question, standard),
          .rows_per_person = RowsPerPerson(standard),
          .owners_per_person = std::max(standard.max_owners_per_person(), 1u),
          .rows_per_person_and_cell = RowsPerPersonAndCell(standard),
          .cells = CellSpace(question, standard).total_cells()};
}

absl::StatusOr<Spending> SpendingOf(const v1::Question& question, const v1::Standard& standard) {
  const privacy::Sensitivity sensitivity = SensitivityOf(question, standard);
  if (question.release() == v1::OPEN || sensitivity.cells == 0) return Spending();
  const CellSpace space(question, standard);
  std::vector<privacy::PartialKind> kinds;
  for (int p = 0; p < question.partials_size(); ++p) {
    if (space.width(p) > 0) kinds.push_back(KindOf(question.partials(p).kind()));
  }
  absl::StatusOr<Spending> cost = privacy::CostOfQuestion(
      kinds, sensitivity, static_cast<privacy::NoiseClass>(question.noise()));
  if (absl::IsFailedPrecondition(cost.status())) {
    return governance::Refuse(
        v1::TOO_SENSITIVE, absl::StrCat(cost.status().message(), "; ", WayOut(question, standard)));
  }
  return cost;
}

absl::StatusOr<uint64_t> CostOf(const v1::Question& question, const v1::Standard& standard) {
  ASSIGN_OR_RETURN(const Spending cost, SpendingOf(question, standard));
  return cost.total_micro_rho();
}

std::vector<const v1::Filter*> FiltersOf(const v1::Question& question) {
  std::vector<const v1::Filter*> filters;
  for (const v1::Filter& filter : question.filters()) filters.push_back(&filter);
  for (const v1::Partial& partial : question.partials()) {
    for (const v1::Filter& filter : partial.filters()) filters.push_back(&filter);
  }
  return filters;
}

std::vector<const v1::JointFilter*> JointFiltersOf(const v1::Question& question) {
  std::vector<const v1::JointFilter*> filters;
  for (const v1::JointFilter& filter : question.joint_filters()) filters.push_back(&filter);
  for (const v1::Partial& partial : question.partials()) {
    for (const v1::JointFilter& filter : partial.joint_filters()) filters.push_back(&filter);
  }
  return filters;
}

std::vector<uint32_t> ColumnsOf(const v1::Question& question) {
  std::set<uint32_t> columns;
  for (const v1::Partial& partial : question.partials()) {
    const bool whole = partial.kind() == v1::COUNT_ROWS || partial.kind() == v1::COUNT_PERSONS;
    if (!whole) columns.insert(partial.column());
  }
  for (const v1::Dimension& dimension : question.dimensions()) columns.insert(dimension.column());
  for (const v1::Filter* filter : FiltersOf(question)) columns.insert(filter->column());
  for (const v1::JointFilter* filter : JointFiltersOf(question)) {
    columns.insert(filter->columns().begin(), filter->columns().end());
  }
  return {columns.begin(), columns.end()};
}

std::multimap<uint32_t, uint32_t> GroupingsOf(const v1::Question& question) {
  std::multimap<uint32_t, uint32_t> groupings;
  for (const v1::Dimension& dimension : question.dimensions()) {
    if (dimension.grouping() > 0) groupings.emplace(dimension.column(), dimension.grouping() - 1);
  }
  return groupings;
}

}  // namespace commons::query
