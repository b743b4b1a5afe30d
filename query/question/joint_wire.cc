#include "query/question/joint_wire.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "query/question/columns.h"

namespace commons::query {
namespace {

uint64_t BinsOf(uint32_t index, const v1::Standard& standard) {
  const v1::Column& column = standard.columns(static_cast<int>(index));
  return BinCount(column, column.period_unit());
}

v1::JointFilter::Parts RunsOf(const Parts& parts) {
  v1::JointFilter::Parts runs;
  for (size_t bin = 0; bin < parts.of_bin.size(); ++bin) {
    if (bin == 0 || parts.of_bin[bin] != parts.of_bin[bin - 1]) {
      runs.add_lengths(0);
      runs.add_of(parts.of_bin[bin]);
    }
    runs.set_lengths(runs.lengths_size() - 1, runs.lengths(runs.lengths_size() - 1) + 1);
  }
  return runs;
}

// The number of parts; nullopt: they are not of so many bins, or said in another way than RunsOf's.
std::optional<uint64_t> CountParts(const v1::JointFilter::Parts& runs, uint64_t bins) {
  if (runs.lengths_size() != runs.of_size() || bins > kPartedBinsMax) return std::nullopt;
  uint64_t count = 0, covered = 0;
  for (int i = 0; i < runs.of_size(); ++i) {
    const bool as_before = i > 0 && runs.of(i) == runs.of(i - 1);
    if (runs.lengths(i) == 0 || as_before || runs.of(i) > count) return std::nullopt;
    count += runs.of(i) == count;
    covered += runs.lengths(i);
  }
  return covered == bins ? std::optional(count) : std::nullopt;
}

Parts PartsOf(const v1::JointFilter::Parts& runs) {
  Parts parts;
  for (int i = 0; i < runs.of_size(); ++i) {
    parts.of_bin.insert(parts.of_bin.end(), runs.lengths(i), runs.of(i));
    parts.count = std::max(parts.count, runs.of(i) + 1);
  }
  return parts;
}

// Of each column, of the same joint: its bins apart, which are finer than any parts.
Joint ByBins(const Joint& joint) {
  PartsOfColumns bins;
  for (size_t i = 0; i < joint.columns.size(); ++i) {
    bins.emplace(joint.columns[i], EachBin(joint.parts[i].of_bin.size()));
  }
  Joint out = *AllCombinations(bins);
  Narrow(joint, &out);
  return out;
}

std::string BitsOf(const std::vector<bool>& kept) {
  std::string bits((kept.size() + 7) / 8, '\0');
  for (size_t i = 0; i < kept.size(); ++i) {
    if (kept[i]) bits[i / 8] |= 1 << (i % 8);
  }
  return bits;
}

}  // namespace

std::optional<uint64_t> CombinationsOf(const v1::JointFilter& filter,
                                       const v1::Standard& standard) {
  const bool parted = filter.parts_size() > 0;
  if (parted && filter.parts_size() != filter.columns_size()) return std::nullopt;
  uint64_t cells = 1;
  for (int i = 0; i < filter.columns_size(); ++i) {
    const uint64_t bins = BinsOf(filter.columns(i), standard);
    const std::optional<uint64_t> parts = parted ? CountParts(filter.parts(i), bins) : bins;
    if (!parts.has_value() || *parts > kJointCellsMax) return std::nullopt;
    if ((cells *= *parts) > kJointCellsMax) return std::nullopt;
  }
  return cells;
}

Joint JointOf(const v1::JointFilter& filter, const v1::Standard& standard) {
  Joint joint;
  joint.columns = {filter.columns().begin(), filter.columns().end()};
  for (int i = 0; i < filter.columns_size(); ++i) {
    joint.parts.push_back(filter.parts_size() > 0 ? PartsOf(filter.parts(i))
                                                  : EachBin(BinsOf(filter.columns(i), standard)));
  }
  joint.kept.resize(*CombinationsOf(filter, standard));
  for (size_t i = 0; i < joint.kept.size(); ++i) {
    joint.kept[i] = filter.cells()[i / 8] >> (i % 8) & 1;
  }
  return joint;
}

v1::JointFilter FilterOf(const Joint& joint) {
  v1::JointFilter filter;
  *filter.mutable_columns() = {joint.columns.begin(), joint.columns.end()};
  if (CombinationsOfBins(PartsOf(joint)).has_value()) {
    filter.set_cells(BitsOf(ByBins(joint).kept));
    return filter;
  }
  const Joint said = Coarsest(joint);
  filter.set_cells(BitsOf(said.kept));
  for (const Parts& parts : said.parts) *filter.add_parts() = RunsOf(parts);
  return filter;
}

std::optional<uint64_t> CombinationsOfBins(const PartsOfColumns& parts) {
  uint64_t cells = 1;
  for (const auto& [column, of_column] : parts) {
    const uint64_t bins = of_column.of_bin.size();
    if (bins > kJointCellsMax || (cells *= bins) > kJointCellsMax) return std::nullopt;
  }
  return cells;
}

}  // namespace commons::query
