// For tests: every combination of so many bins.
#ifndef COMMONS_QUERY_QUESTION_TUPLES_FOR_TEST_H_
#define COMMONS_QUERY_QUESTION_TUPLES_FOR_TEST_H_

#include <cstdint>
#include <utility>
#include <vector>

namespace commons::query {

using Tuple = std::vector<uint64_t>;  // a bin of each

inline std::vector<Tuple> AllTuples(const std::vector<uint64_t>& bins) {
  std::vector<Tuple> tuples = {{}};
  for (const uint64_t count : bins) {
    std::vector<Tuple> longer;
    for (const Tuple& tuple : tuples) {
      for (uint64_t bin = 0; bin < count; ++bin) {
        longer.push_back(tuple);
        longer.back().push_back(bin);
      }
    }
    tuples = std::move(longer);
  }
  return tuples;
}

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_TUPLES_FOR_TEST_H_
