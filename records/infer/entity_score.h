// Which column tells persons apart.
#ifndef COMMONS_RECORDS_INFER_ENTITY_SCORE_H_
#define COMMONS_RECORDS_INFER_ENTITY_SCORE_H_

#include "absl/strings/string_view.h"
#include "records/infer/column_profile.h"

namespace commons::records {

// How well the column may tell persons apart; 0: it does not.
int EntityScore(absl::string_view name, const ColumnProfile& column);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_ENTITY_SCORE_H_
