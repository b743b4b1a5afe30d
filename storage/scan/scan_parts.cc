#include "storage/scan/scan_parts.h"

#include <algorithm>
#include <utility>

namespace commons::storage {
namespace {

// One bin of a kBits grouping as a filter.
ScanFilter FilterOf(const ScanGroup& group, size_t bin, const ColumnLayout& column) {
  const bool all = group.codes.empty() && !group.null_bin;
  const size_t codes = all ? column.code_count : group.codes.size();
  ScanFilter filter{.column = group.column, .codes = std::vector<bool>(column.code_count)};
  if (bin == codes) {
    filter.allow_null = true;
    return filter;
  }
  const size_t code = all ? bin : group.codes[bin];
  if (code < column.code_count) filter.codes[code] = true;  // else one that no row has yet
  return filter;
}

// Every part of `parts`, once for each of the group's bins.
std::vector<ScanPart> SplitByBins(const std::vector<ScanPart>& parts, const ScanGroup& group,
                                  const TableLayout& layout) {
  const size_t bins = BinCount(group, layout);
  std::vector<ScanPart> split;
  for (const ScanPart& part : parts) {
    for (size_t bin = 0; bin < bins; ++bin) {
      ScanPart one = part;
      one.spec.filters.push_back(FilterOf(group, bin, layout.columns[group.column]));
      for (size_t& cell : one.cells) cell = cell * bins + bin;
      split.push_back(std::move(one));
    }
  }
  return split;
}

// Every part as grouped by one column more.
void GroupBy(const ScanGroup& group, const TableLayout& layout, std::vector<ScanPart>* parts) {
  const size_t bins = BinCount(group, layout);
  for (ScanPart& part : *parts) {
    part.spec.groups.push_back(group);
    std::vector<size_t> cells;
    for (const size_t cell : part.cells) {
      for (size_t bin = 0; bin < bins; ++bin) cells.push_back(cell * bins + bin);
    }
    part.cells = std::move(cells);
  }
}

}  // namespace

std::vector<ScanPart> PartsOf(const ScanSpec& spec, const TableLayout& layout) {
  const auto of_bits = [&](const ScanGroup& group) {
    return layout.columns[group.column].kind == ColumnKind::kBits;
  };
  if (std::none_of(spec.groups.begin(), spec.groups.end(), of_bits)) return {};
  std::vector<ScanPart> parts = {{spec, {0}}};
  parts[0].spec.groups.clear();
  for (const ScanGroup& group : spec.groups) {
    if (of_bits(group)) {
      parts = SplitByBins(parts, group, layout);
    } else {
      GroupBy(group, layout, &parts);
    }
  }
  return parts;
}

}  // namespace commons::storage
