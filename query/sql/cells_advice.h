// What makes a table of too many cells small enough, of this very question.
#ifndef COMMONS_QUERY_SQL_CELLS_ADVICE_H_
#define COMMONS_QUERY_SQL_CELLS_ADVICE_H_

#include <string>

#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query::sql {

// Of a question that is valid but for its number of cells. Names changes that suffice by
// themselves, as far as there are such; conditions only on columns that have none.
std::string FewerCells(const v1::Question& question, const v1::Standard& standard);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_CELLS_ADVICE_H_
