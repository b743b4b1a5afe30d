// Bins of a column taken together where conditions do not tell them apart. Pure.
#ifndef COMMONS_QUERY_QUESTION_PARTS_H_
#define COMMONS_QUERY_QUESTION_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "query/question/intervals.h"

namespace commons::query {

// Every bin is in one part; parts are numbered from 0 in the order of their first bins.
struct Parts {
  std::vector<uint32_t> of_bin;
  uint32_t count = 0;

  bool operator==(const Parts&) const = default;
};

Parts EachBin(uint64_t bins);
// Those in the set, and the others.
Parts PartsBySet(const IntervalSet& set, uint64_t bins);
// Bins that are one in both, which are of the same column.
Parts PartsOfBoth(const Parts& a, const Parts& b);
// `by` takes parts of `parts` together.
Parts PartsOfParts(const Parts& by, const Parts& parts);

// The bins in some of the parts.
IntervalSet BinsIn(const Parts& parts, const IntervalSet& some);
// Of each part of `finer` the one of `coarser` that it lies in.
std::vector<uint32_t> PlacesIn(const Parts& coarser, const Parts& finer);

// One part for each different key of a bin.
template <typename Key>
Parts PartsByKey(const std::vector<Key>& keys) {
  Parts parts;
  std::map<Key, uint32_t> numbers;
  parts.of_bin.reserve(keys.size());
  for (size_t bin = 0; bin < keys.size(); ++bin) {
    const bool as_before = bin > 0 && keys[bin] == keys[bin - 1];
    parts.of_bin.push_back(as_before
                               ? parts.of_bin.back()
                               : numbers.try_emplace(keys[bin], numbers.size()).first->second);
  }
  parts.count = static_cast<uint32_t>(numbers.size());
  return parts;
}

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_PARTS_H_
