#include "query/question/joint.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <string>
#include <utility>

#include "query/question/columns.h"

namespace commons::query {
namespace {

size_t SizeOf(const std::vector<uint64_t>& bins) {
  return std::accumulate(bins.begin(), bins.end(), size_t{1}, std::multiplies<>());
}

// use(combination, the same of other columns that are walked by these strides), for each.
template <typename Use>
void EachCombination(const Joint& joint, const std::vector<size_t>& strides, const Use& use) {
  std::vector<uint64_t> place(joint.columns.size());
  size_t target = 0;
  for (size_t cell = 0; cell < joint.kept.size(); ++cell) {
    use(cell, target);
    for (size_t i = place.size(); i-- > 0;) {  // the next combination
      target += strides[i];
      if (++place[i] < joint.bins[i]) break;
      target -= strides[i] * joint.bins[i];
      place[i] = 0;
    }
  }
}

// Some of its columns, those of the bits in `mask`: the combinations that any kept one has there.
Joint Projected(const Joint& joint, uint32_t mask) {
  Joint out;
  std::vector<size_t> strides(joint.columns.size());
  size_t stride = 1;
  for (size_t i = joint.columns.size(); i-- > 0;) {
    if ((mask >> i & 1) == 0) continue;
    strides[i] = stride;
    stride *= joint.bins[i];
    out.columns.insert(out.columns.begin(), joint.columns[i]);
    out.bins.insert(out.bins.begin(), joint.bins[i]);
  }
  out.kept.resize(stride);
  EachCombination(joint, strides, [&](size_t cell, size_t target) {
    if (joint.kept[cell]) out.kept[target] = true;
  });
  return out;
}

uint64_t CountKept(const Joint& joint) {
  return std::count(joint.kept.begin(), joint.kept.end(), true);
}

// The least set of columns with the first that is independent of the others. What is kept lies in
// the product of its projections, and is that product when it has as many combinations.
uint32_t FirstFactor(const Joint& joint) {
  const uint32_t all = (uint32_t{1} << joint.columns.size()) - 1;
  const uint64_t kept = CountKept(joint);
  uint32_t least = all;
  for (uint32_t mask = 1; mask < all; mask += 2) {
    if (std::popcount(mask) >= std::popcount(least)) continue;
    const uint64_t inside = CountKept(Projected(joint, mask));
    if (kept % inside == 0 && CountKept(Projected(joint, all & ~mask)) * inside == kept) {
      least = mask;
    }
  }
  return least;
}

}  // namespace

std::optional<Joint> AllCombinations(const std::set<uint32_t>& columns,
                                     const v1::Standard& standard) {
  if (columns.size() > kJointColumnsMax) return std::nullopt;
  Joint joint;
  uint64_t cells = 1;
  for (const uint32_t index : columns) {
    const v1::Column& column = standard.columns(static_cast<int>(index));
    joint.columns.push_back(index);
    joint.bins.push_back(BinCount(column, column.period_unit()));
    if (joint.bins.back() > kJointCellsMax || (cells *= joint.bins.back()) > kJointCellsMax) {
      return std::nullopt;
    }
  }
  joint.kept.assign(cells, true);
  return joint;
}

Joint JointOfBins(uint32_t column, uint64_t bins, const IntervalSet& kept) {
  Joint joint{{column}, {bins}, std::vector<bool>(bins)};
  for (const uint32_t bin : kept.Values()) joint.kept[bin] = true;
  return joint;
}

void Narrow(const Joint& by, Joint* joint) {
  std::vector<size_t> strides(joint->columns.size());
  size_t stride = 1;
  for (size_t i = by.columns.size(); i-- > 0;) {
    const auto& columns = joint->columns;
    strides[std::find(columns.begin(), columns.end(), by.columns[i]) - columns.begin()] = stride;
    stride *= by.bins[i];
  }
  EachCombination(*joint, strides, [&](size_t cell, size_t target) {
    if (!by.kept[target]) joint->kept[cell] = false;
  });
}

bool KeepsAny(const Joint& joint, const std::vector<IntervalSet>& bins) {
  for (size_t cell = 0; cell < joint.kept.size(); ++cell) {
    if (!joint.kept[cell]) continue;
    size_t rest = cell;
    bool inside = true;
    for (size_t i = joint.bins.size(); i-- > 0 && inside; rest /= joint.bins[i]) {
      inside = bins[i].Contains(static_cast<int64_t>(rest % joint.bins[i]));
    }
    if (inside) return true;
  }
  return false;
}

IntervalSet BinsOfColumn(const Joint& joint, size_t at) {
  const Joint alone = Projected(joint, uint32_t{1} << at);
  std::vector<Interval> bins;
  for (size_t bin = 0; bin < alone.kept.size(); ++bin) {
    const auto low = static_cast<int64_t>(bin);
    if (alone.kept[bin]) bins.push_back({low, low + 1});
  }
  return IntervalSet(std::move(bins));
}

std::vector<Joint> FactorsOf(const Joint& joint) {
  std::vector<Joint> factors;
  if (CountKept(joint) == 0) {
    for (size_t i = 0; i < joint.columns.size(); ++i) {
      factors.push_back(Projected(joint, uint32_t{1} << i));
    }
    return factors;
  }
  Joint rest = joint;
  while (!rest.columns.empty()) {
    const uint32_t first = FirstFactor(rest);
    const uint32_t all = (uint32_t{1} << rest.columns.size()) - 1;
    factors.push_back(Projected(rest, first));
    rest = Projected(rest, all & ~first);
  }
  return factors;
}

Joint JointOf(const v1::JointFilter& filter, const v1::Standard& standard) {
  Joint joint;
  joint.columns = {filter.columns().begin(), filter.columns().end()};
  for (const uint32_t index : joint.columns) {
    const v1::Column& column = standard.columns(static_cast<int>(index));
    joint.bins.push_back(BinCount(column, column.period_unit()));
  }
  joint.kept.resize(SizeOf(joint.bins));
  for (size_t i = 0; i < joint.kept.size(); ++i) {
    joint.kept[i] = filter.cells()[i / 8] >> (i % 8) & 1;
  }
  return joint;
}

v1::JointFilter FilterOf(const Joint& joint) {
  v1::JointFilter filter;
  *filter.mutable_columns() = {joint.columns.begin(), joint.columns.end()};
  std::string bits((joint.kept.size() + 7) / 8, '\0');
  for (size_t i = 0; i < joint.kept.size(); ++i) {
    if (joint.kept[i]) bits[i / 8] |= 1 << (i % 8);
  }
  filter.set_cells(std::move(bits));
  return filter;
}

}  // namespace commons::query
