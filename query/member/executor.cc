#include "query/member/executor.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"
#include "query/question/layout.h"
#include "query/question/question.h"

namespace commons::query {
namespace {

// The question of one grouping set alone, for the people in its cells.
v1::Question PersonsOf(const v1::Question& question, const v1::GroupingSet& set) {
  v1::Question out = question;
  out.clear_dimensions();
  out.clear_partials();
  out.add_partials()->set_kind(v1::COUNT_PERSONS);
  for (const uint32_t dimension : set.dimensions()) {
    *out.add_dimensions() = question.dimensions(dimension);
  }
  return out;
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
  if (pin->layout() != LayoutOf(standard)) {
    return governance::Refuse(v1::WRONG_STANDARD,
                              absl::StrCat(question.dataset(),
                                           " was imported here under another "
                                           "common definition; import it again"));
  }
  ASSIGN_OR_RETURN(const storage::ScanResult base,
                   tables_->Scan(*pin, ScanOf(question, standard, rounding_key)));
  const CellSpace space(question, standard);
  LocalPartials out{ValuesOf(question, space, base), pin->edition()};
  for (int partial = 0; partial < question.partials_size(); ++partial) {
    if (question.partials(partial).kind() != v1::COUNT_PERSONS) continue;
    for (size_t set = 1; set < space.sets(); ++set) {
      ASSIGN_OR_RETURN(const storage::ScanResult persons,
                       tables_->Scan(*pin, ScanOf(PersonsOf(question, question.sets(set)), standard,
                                                  rounding_key)));
      for (size_t cell = 0; cell < space.cells(set); ++cell) {
        out.values[space.ValueIndex(partial, set, cell)] = persons[0][cell];
      }
    }
  }
  return out;
}

}  // namespace commons::query
