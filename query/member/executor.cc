#include "query/member/executor.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "governance/standard/roles.h"
#include "query/question/cell_space.h"
#include "query/question/layout.h"
#include "query/question/question.h"

namespace commons::query {
namespace {

// The question of one grouping set alone, with these of its partials.
v1::Question QuestionOfSet(const v1::Question& question, const v1::GroupingSet& set,
                           const std::vector<int>& partials) {
  v1::Question out = question;
  out.clear_dimensions();
  out.clear_partials();
  for (const int partial : partials) *out.add_partials() = question.partials(partial);
  for (const uint32_t dimension : set.dimensions()) {
    *out.add_dimensions() = question.dimensions(dimension);
  }
  return out;
}

// Whether a total lacks a dimension of several responses: a row counts once in it, and once in each
// of its groups there.
bool LacksResponses(const v1::Question& question, const v1::GroupingSet& set,
                    const v1::Standard& standard) {
  const auto& grouped = set.dimensions();
  for (int i = 0; i < question.dimensions_size(); ++i) {
    const bool has = std::find(grouped.begin(), grouped.end(), i) != grouped.end();
    const auto column = static_cast<int>(question.dimensions(i).column());
    if (!has && governance::HasResponses(standard.columns(column))) return true;
  }
  return false;
}

// Which partials of a total are not the sums of the base cells': people are counted once in it, and
// of each person's rows it chooses its own.
std::vector<int> OwnInSet(const v1::Question& question, const v1::GroupingSet& set,
                          const v1::Standard& standard) {
  const bool all = BoundsRowsPerCell(question, standard) || LacksResponses(question, set, standard);
  std::vector<int> partials;
  for (int i = 0; i < question.partials_size(); ++i) {
    if (all || question.partials(i).kind() == v1::COUNT_PERSONS) partials.push_back(i);
  }
  return partials;
}

}  // namespace

absl::StatusOr<LocalPartials> LocalExecutor::operator()(const v1::Question& question,
                                                        const v1::Standard& standard,
                                                        const Hash32& rounding_key) const {
  const absl::StatusOr<storage::EditionPin> pin = tables_->Pin(question.dataset());
  if (absl::IsNotFound(pin.status())) {
    return governance::Refuse(
        v1::NO_DATA, absl::StrCat("no edition of ", question.dataset(), " has been imported here"));
  }
  RETURN_IF_ERROR(pin.status());
  RETURN_IF_ERROR(CheckHeld(pin->layout(), question, standard));
  const CellSpace space(question, standard);
  storage::ScanResult base(question.partials_size());
  if (space.cells(0) > 0) {
    ASSIGN_OR_RETURN(base,
                     tables_->Scan(*pin, ScanOf(question, standard, pin->layout(), rounding_key)));
  }
  LocalPartials out{ValuesOf(question, space, base), pin->edition()};
  for (size_t set = 1; set < space.sets(); ++set) {
    const v1::GroupingSet& grouped = question.sets(static_cast<int>(set));
    const std::vector<int> own = OwnInSet(question, grouped, standard);
    if (own.empty() || space.cells(set) == 0) continue;
    const v1::Question alone = QuestionOfSet(question, grouped, own);
    ASSIGN_OR_RETURN(const storage::ScanResult values,
                     tables_->Scan(*pin, ScanOf(alone, standard, pin->layout(), rounding_key)));
    for (size_t i = 0; i < own.size(); ++i) {
      for (size_t cell = 0; cell < space.cells(set); ++cell) {
        out.values[space.ValueIndex(own[i], set, cell)] = values[i][cell];
      }
    }
  }
  return out;
}

}  // namespace commons::query
