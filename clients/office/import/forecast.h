// What questions about a dataset would cost and how wide their answers would be, before anybody
// holds it: by its definition, a rule and how many members there are.
#ifndef COMMONS_CLIENTS_OFFICE_IMPORT_FORECAST_H_
#define COMMONS_CLIENTS_OFFICE_IMPORT_FORECAST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "proto/documents.pb.h"

namespace commons::clients {

struct ForecastedQuestion {
  std::string question;  // "COUNT(*)", "AVG(cost)", "COUNT(*) by sex, region, seen: 420 cells"
  std::string refused;   // why no such question is ever answered (TOO_SENSITIVE); else ""
  uint64_t cost_micro_rho = 0;
  uint64_t a_year = 0;   // of such answers; 0 and a cost of 0: as many as people like
  std::string margin95;  // "29", as wide as a number of the answer is; "0": exact
};

// The columns of the table that is forecast: the first dimensions, at most three.
std::vector<const v1::Column*> TableColumns(const v1::Standard& standard);

// A count, the mean of each measure that can be summed over the `rows` rows that count in one cell,
// and a count by TableColumns.
std::vector<ForecastedQuestion> Forecast(const v1::Standard& standard, const v1::Rule& rule,
                                         uint32_t members, uint64_t rows);

// Why not even COUNT(*) is answered under the definition and the rule; "": it is.
std::string NeverAnswered(const v1::Standard& standard, const v1::Rule& rule);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_IMPORT_FORECAST_H_
