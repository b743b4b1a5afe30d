#include "query/question/joint.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace commons::query {
namespace {

// By column and part: how far it lies from the first one, among other combinations.
using Offsets = std::vector<std::vector<size_t>>;

// use(combination, the other one), for each.
template <typename Use>
void EachCombination(const Joint& joint, const Offsets& offsets, const Use& use) {
  std::vector<uint32_t> place(joint.columns.size());
  size_t target = 0;
  for (size_t i = 0; i < place.size(); ++i) target += offsets[i][0];
  for (size_t cell = 0; cell < joint.kept.size(); ++cell) {
    use(cell, target);
    for (size_t i = place.size(); i-- > 0;) {  // the next combination
      target -= offsets[i][place[i]];
      if (++place[i] == joint.parts[i].count) place[i] = 0;
      target += offsets[i][place[i]];
      if (place[i] > 0) break;
    }
  }
}

// Those of `to`, of which each part is made of some of `joint`'s; what `to` has no column of lies
// nowhere else.
Offsets OffsetsIn(const Joint& to, const Joint& joint) {
  Offsets offsets;
  for (const Parts& parts : joint.parts) offsets.emplace_back(parts.count);
  size_t stride = 1;
  for (size_t i = to.columns.size(); i-- > 0; stride *= to.parts[i].count) {
    const auto& columns = joint.columns;
    const auto at = std::find(columns.begin(), columns.end(), to.columns[i]) - columns.begin();
    const std::vector<uint32_t> places = PlacesIn(to.parts[i], joint.parts[at]);
    for (size_t part = 0; part < places.size(); ++part) offsets[at][part] = places[part] * stride;
  }
  return offsets;
}

void KeepNone(Joint* joint) {
  size_t cells = 1;
  for (const Parts& parts : joint->parts) cells *= parts.count;
  joint->kept.assign(cells, false);
}

// Some of its columns, those of the bits in `mask`: the combinations that any kept one has there.
Joint Projected(const Joint& joint, uint32_t mask) {
  Joint out;
  for (size_t i = 0; i < joint.columns.size(); ++i) {
    if ((mask >> i & 1) == 0) continue;
    out.columns.push_back(joint.columns[i]);
    out.parts.push_back(joint.parts[i]);
  }
  KeepNone(&out);
  EachCombination(joint, OffsetsIn(out, joint), [&](size_t cell, size_t target) {
    if (joint.kept[cell]) out.kept[target] = true;
  });
  return out;
}

// What it keeps of the other columns with each part of one.
std::vector<std::vector<bool>> Slices(const Joint& joint, size_t at) {
  size_t stride = 1;
  for (size_t i = at + 1; i < joint.parts.size(); ++i) stride *= joint.parts[i].count;
  std::vector<std::vector<bool>> slices(joint.parts[at].count);
  for (size_t cell = 0; cell < joint.kept.size(); ++cell) {
    slices[cell / stride % slices.size()].push_back(joint.kept[cell]);
  }
  return slices;
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

std::optional<Joint> AllCombinations(const PartsOfColumns& parts) {
  if (parts.size() > kJointColumnsMax) return std::nullopt;
  Joint joint;
  uint64_t cells = 1;
  for (const auto& [column, of_column] : parts) {
    joint.columns.push_back(column);
    joint.parts.push_back(of_column);
    if ((cells *= of_column.count) > kJointCellsMax) return std::nullopt;
  }
  joint.kept.assign(cells, true);
  return joint;
}

PartsOfColumns PartsOf(const Joint& joint) {
  PartsOfColumns parts;
  for (size_t i = 0; i < joint.columns.size(); ++i) {
    parts.emplace(joint.columns[i], joint.parts[i]);
  }
  return parts;
}

Joint JointOfBins(uint32_t column, uint64_t bins, const IntervalSet& kept) {
  Joint joint{{column}, {PartsBySet(kept, bins)}, {}};
  KeepNone(&joint);
  for (const uint32_t bin : kept.Values()) joint.kept[joint.parts[0].of_bin[bin]] = true;
  return joint;
}

void Narrow(const Joint& by, Joint* joint) {
  EachCombination(*joint, OffsetsIn(by, *joint), [&](size_t cell, size_t target) {
    if (!by.kept[target]) joint->kept[cell] = false;
  });
}

Joint Coarsest(const Joint& joint) {
  Joint out = joint;
  for (size_t i = 0; i < joint.columns.size(); ++i) {
    out.parts[i] = PartsOfParts(PartsByKey(Slices(joint, i)), joint.parts[i]);
  }
  KeepNone(&out);
  EachCombination(joint, OffsetsIn(out, joint),
                  [&](size_t cell, size_t target) { out.kept[target] = joint.kept[cell]; });
  return out;
}

bool KeepsAny(const Joint& joint, const std::vector<IntervalSet>& bins) {
  std::vector<std::vector<bool>> inside;  // by column and part
  for (size_t i = 0; i < bins.size(); ++i) {
    inside.emplace_back(joint.parts[i].count);
    for (const uint32_t bin : bins[i].Values()) inside[i][joint.parts[i].of_bin[bin]] = true;
  }
  for (size_t cell = 0; cell < joint.kept.size(); ++cell) {
    if (!joint.kept[cell]) continue;
    size_t rest = cell;
    bool all = true;
    for (size_t i = inside.size(); i-- > 0 && all; rest /= joint.parts[i].count) {
      all = inside[i][rest % joint.parts[i].count];
    }
    if (all) return true;
  }
  return false;
}

IntervalSet BinsOfColumn(const Joint& joint, size_t at) {
  const Joint alone = Projected(joint, uint32_t{1} << at);
  std::vector<Interval> parts;
  for (size_t part = 0; part < alone.kept.size(); ++part) {
    const auto low = static_cast<int64_t>(part);
    if (alone.kept[part]) parts.push_back({low, low + 1});
  }
  return BinsIn(alone.parts[0], IntervalSet(std::move(parts)));
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

}  // namespace commons::query
