#include "records/infer/entity_score.h"

#include "records/infer/header_words.h"
#include "records/infer/proposal.h"

namespace commons::records {

int EntityScore(absl::string_view name, const ColumnProfile& column) {
  const auto values = static_cast<double>(column.values());
  const double distinct = column.Distinct();
  if (column.values() < kValuesOfAColumn || distinct < static_cast<double>(kValuesOfAColumn)) {
    return 0;
  }
  if (column.hints().LooksLikeStateNumber()) return 4;
  const ValueKinds& kinds = column.kinds();
  const bool other = kinds.days > 0 || kinds.months > 0 || kinds.moments > 0 || kinds.weeks > 0 ||
                     column.decimals() > 0 || column.with_spaces() > 0 ||
                     NamesSomethingPersonal(name) || !column.hints().Warning(name).empty() ||
                     (kinds.numbers < column.values() && !column.forms().HowToRead(name).empty());
  if (other) return 0;
  if (NamesPeople(name) && distinct * 50 > values) return 3;
  if (NamesAnId(name) && distinct * 50 > values) return 2;
  return kinds.numbers == 0 && distinct > 0.9 * values ? 1 : 0;
}

}  // namespace commons::records
