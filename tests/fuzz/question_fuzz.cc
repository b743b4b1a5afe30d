// Questions as peers send them: whatever the bytes, a valid question has bounded cells, a digest, a
// cost or a refusal, a scan that fits its table, and canonical SQL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/limits.h"
#include "query/question/cell_space.h"
#include "query/question/grouped_for_test.h"
#include "query/question/layout.h"
#include "query/question/plan.h"
#include "query/question/question.h"
#include "query/question/validate.h"
#include "query/sql/canonical_sql.h"

namespace commons::query {
namespace {

// The same with a column of several responses.
v1::Standard WithResponses() {
  v1::Standard standard = TestStandard();
  v1::Column& column = *standard.mutable_columns(2);
  column.set_max_responses(2);
  column.set_separator(";");
  return standard;
}

// The same with groupings, of a column that may be missing and of a long list.
v1::Standard WithGroupings() {
  v1::Standard standard = GroupedStandard();
  *standard.mutable_columns(1) = LongListStandard().columns(0);
  return standard;
}

void Check(const v1::Question& question, const v1::Standard& standard) {
  if (!ValidateQuestion(question, standard).ok()) return;
  const CellSpace space(question, standard);
  if (space.total_cells() > limits::kCells) std::abort();
  for (size_t set = 0; set < space.sets(); ++set) {
    if (space.cells(set) > 0) space.BinsOf(set, space.cells(set) - 1);
  }
  if (DigestOf(question, standard).IsZero()) std::abort();
  (void)CostOf(question, standard);
  const auto spec = ScanOf(question, standard, LayoutOf(standard), Hash32());
  if (space.cells(0) > 0 && !spec.Validate(LayoutOf(standard)).ok()) std::abort();
  for (int p = 0; p < question.partials_size(); ++p) {
    if (space.total_cells() * space.width(p) > limits::kCells) std::abort();
    if (space.cells(0) == 0 || space.bands(p).empty()) continue;
    const auto column = static_cast<int>(question.partials(p).column());
    storage::ScanSpec of_bands = spec;
    AddBands(space.bands(p), standard.columns(column), LayoutOf(standard), of_bands);
    if (!of_bands.Validate(LayoutOf(standard)).ok()) std::abort();
  }
  if (CanonicalSql(question, standard).empty()) std::abort();
}

}  // namespace
}  // namespace commons::query

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons;
  static const v1::Standard* const plain = new v1::Standard(query::TestStandard());
  static const v1::Standard* const several = new v1::Standard(query::WithResponses());
  static const v1::Standard* const grouped = new v1::Standard(query::WithGroupings());
  v1::Question question;
  if (!question.ParseFromArray(data, static_cast<int>(size))) return 0;
  query::Check(question, *plain);
  query::Check(question, *several);
  query::Check(question, *grouped);
  return 0;
}
