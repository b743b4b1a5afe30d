#include "query/question/parts.h"

#include <numeric>
#include <utility>

namespace commons::query {

Parts EachBin(uint64_t bins) {
  Parts parts{std::vector<uint32_t>(bins), static_cast<uint32_t>(bins)};
  std::iota(parts.of_bin.begin(), parts.of_bin.end(), 0);
  return parts;
}

Parts PartsBySet(const IntervalSet& set, uint64_t bins) {
  std::vector<bool> inside(bins);
  for (const uint32_t bin : set.Values()) inside[bin] = true;
  return PartsByKey(inside);
}

Parts PartsOfBoth(const Parts& a, const Parts& b) {
  std::vector<std::pair<uint32_t, uint32_t>> keys;
  keys.reserve(a.of_bin.size());
  for (size_t bin = 0; bin < a.of_bin.size(); ++bin) {
    keys.emplace_back(a.of_bin[bin], b.of_bin[bin]);
  }
  return PartsByKey(keys);
}

Parts PartsOfParts(const Parts& by, const Parts& parts) {
  Parts out{{}, by.count};
  out.of_bin.reserve(parts.of_bin.size());
  for (const uint32_t part : parts.of_bin) out.of_bin.push_back(by.of_bin[part]);
  return out;
}

IntervalSet BinsIn(const Parts& parts, const IntervalSet& some) {
  std::vector<bool> inside(parts.count);
  for (const uint32_t part : some.Values()) inside[part] = true;
  std::vector<Interval> bins;
  for (size_t i = 0; i < parts.of_bin.size(); ++i) {
    const auto bin = static_cast<int64_t>(i);
    if (inside[parts.of_bin[i]]) bins.push_back({bin, bin + 1});
  }
  return IntervalSet(std::move(bins));
}

std::vector<uint32_t> PlacesIn(const Parts& coarser, const Parts& finer) {
  std::vector<uint32_t> places(finer.count);
  for (size_t bin = 0; bin < finer.of_bin.size(); ++bin) {
    places[finer.of_bin[bin]] = coarser.of_bin[bin];
  }
  return places;
}

}  // namespace commons::query
