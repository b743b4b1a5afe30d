// Questions as peers send them: whatever the bytes, a valid question has bounded cells, a digest, a
// cost or a refusal, a scan that fits its table, and canonical SQL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/limits.h"
#include "query/question/cell_space.h"
#include "query/question/layout.h"
#include "query/question/plan.h"
#include "query/question/question.h"
#include "query/question/standard_for_test.h"
#include "query/question/validate.h"
#include "query/sql/canonical_sql.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons;
  static const v1::Standard* const standard = new v1::Standard(query::TestStandard());
  v1::Question question;
  if (!question.ParseFromArray(data, static_cast<int>(size))) return 0;
  if (!query::ValidateQuestion(question, *standard).ok()) return 0;
  const query::CellSpace space(question, *standard);
  if (space.total_cells() > limits::kCells) std::abort();
  for (size_t set = 0; set < space.sets(); ++set) {
    if (space.cells(set) > 0) space.BinsOf(set, space.cells(set) - 1);
  }
  if (query::DigestOf(question, *standard).IsZero()) std::abort();
  (void)query::CostOf(question, *standard);
  const auto spec = query::ScanOf(question, *standard, query::LayoutOf(*standard), Hash32());
  if (space.cells(0) > 0 && !spec.Validate(query::LayoutOf(*standard)).ok()) std::abort();
  if (query::CanonicalSql(question, *standard).empty()) std::abort();
  return 0;
}
