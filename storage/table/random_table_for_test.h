// For tests of this room: random tables, random questions, and the answers row by row from memory.
#ifndef COMMONS_STORAGE_TABLE_RANDOM_TABLE_FOR_TEST_H_
#define COMMONS_STORAGE_TABLE_RANDOM_TABLE_FOR_TEST_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "base/limits.h"
#include "storage/columns/layout.h"
#include "storage/scan/scan.h"
#include "storage/table/store_for_test.h"

namespace commons::storage {

inline constexpr const char* kColours[] = {"red", "Māori", "a, \"b\"", "two\nlines", "<&'>"};

inline TableLayout RandomLayout() {
  ColumnLayout colour{.name = "colour", .kind = ColumnKind::kCode, .code_count = 5};
  for (uint32_t i = 0; i < 5; ++i) colour.codes.emplace_back(kColours[i], i);
  colour.codes.emplace_back("rot", 0);
  ColumnLayout flag{.name = "Flag Ā",
                    .kind = ColumnKind::kCode,
                    .required = true,
                    .codes = {{"false", 0}, {"true", 1}},
                    .code_count = 2};
  ColumnLayout amount{.name = "amount",
                      .kind = ColumnKind::kInteger,
                      .decimals = 2,
                      .min_value = -200'000,
                      .max_value = 100'000'000,
                      .missing = {"", "NA"}};
  ColumnLayout big{.name = "big",
                   .kind = ColumnKind::kInteger,
                   .required = true,
                   .min_value = -limits::kAbsScaledValueMax,
                   .max_value = limits::kAbsScaledValueMax};
  ColumnLayout day{.name = "day", .kind = ColumnKind::kDate, .min_value = 0, .max_value = 40'000};
  ColumnLayout secret{.name = "secret", .kind = ColumnKind::kHidden};
  return {.columns = {colour, flag, amount, big, day, secret},
          .entity_header = "who",
          .skip_headers = {"note"}};
}

inline std::vector<Row> RandomRows(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Row> rows;
  for (size_t i = 0; i < count; ++i) {
    Row row;
    row.person = random() % (count / 3 + 1);
    const auto maybe = [&](int64_t value) {
      return random() % 5 == 0 ? std::nullopt : std::optional<int64_t>(value);
    };
    row.values = {maybe(random() % 5),
                  static_cast<int64_t>(random() % 2),
                  maybe(static_cast<int64_t>(random() % 100'000) - 1'000),
                  static_cast<int64_t>(random()) * (random() % 2 ? 1'000'000 : -1),
                  maybe(8'000 + random() % 4'000),
                  std::nullopt};
    rows.push_back(std::move(row));
  }
  return rows;
}

using Codes = std::vector<uint32_t>;

inline ScanSpec RandomSpec(std::mt19937& random) {
  ScanSpec spec;
  size_t cells = 1;
  for (uint32_t left = random() % (limits::kGroupDimensions + 1); left > 0; --left) {
    switch (random() % 5) {
      case 0:
        spec.groups.push_back({.column = 0});
        if (random() % 2) spec.groups.back().codes = random() % 2 ? Codes{1, 4} : Codes{0};
        if (random() % 2) spec.groups.back().null_bin = true;  // by itself, or after some codes
        break;
      case 1:
        spec.groups.push_back({.column = 1});
        break;
      case 2:
        spec.groups.push_back({.column = 2,
                               .ranges = {{-500, 0}, {0, 10}, {50'000, 90'000}},  // with a gap
                               .null_bin = random() % 2 == 0});
        if (random() % 4 == 0) spec.groups.back() = {.column = 2, .null_bin = true};
        break;
      case 3:
        spec.groups.push_back(
            {.column = 3, .ranges = {{-1'000'000'000, 0}, {0, 1'000'000'000'000}}});
        break;
      case 4:  // few enough days for a table by value, amounts are too many
        spec.groups.push_back({.column = 4,
                               .ranges = {{100, 8'500}, {9'000, 9'001}, {9'001, 11'000}},
                               .null_bin = random() % 2 == 0});
        break;
    }
    cells *= BinCount(spec.groups.back(), RandomLayout());
    if (cells > limits::kCells) {
      spec.groups.pop_back();
      break;
    }
  }
  for (uint32_t left = random() % 3; left > 0; --left) {
    ScanFilter filter{.allow_null = random() % 2 == 0};
    switch (random() % 4) {
      case 0:
        filter.column = 0;
        for (int i = 0; i < 5; ++i) filter.codes.push_back(random() % 3 > 0);
        break;
      case 1:
        filter.column = 1;
        filter.codes = {random() % 2 == 0, true};
        break;
      case 2:
        filter.column = 4;
        filter.ranges = {{11'000, 15'000}, {1'000, 9'000}, {8'000, 8'500}, {5, 5}};
        break;
      case 3:
        filter.column = 3;
        filter.ranges = {{-3'000'000'000, 2'000'000'000'000'000}};
        break;
    }
    spec.filters.push_back(filter);
  }
  for (ScanGroup& group : spec.groups) {  // some bins as one, apart from each other or not
    const size_t listed = group.codes.size() + group.ranges.size() + group.null_bin;
    if (listed < 2 || random() % 2) continue;
    for (size_t i = 0; i < listed; ++i) group.bin_of.push_back(i % 2);
  }
  for (uint32_t left = random() % 3; left > 0; --left) {
    ScanJointFilter& filter = spec.joint_filters.emplace_back();
    filter.groups = {{.column = 0, .codes = {0, 1, 2, 3, 4}, .null_bin = true}};
    if (random() % 2) filter.groups.push_back({.column = 1});
    filter.groups.push_back({.column = 4, .ranges = {{0, 9'000}, {9'000, 40'001}}});
    filter.groups.back().null_bin = random() % 2 == 0;
    size_t combinations = 1;
    for (const ScanGroup& group : filter.groups) combinations *= BinCount(group, RandomLayout());
    for (size_t i = 0; i < combinations; ++i) filter.kept.push_back(random() % 4 > 0);
  }
  spec.measures = {{.kind = ScanMeasure::kCountRows},
                   {.kind = ScanMeasure::kCountValues, .column = 0},
                   {.kind = ScanMeasure::kCountValues, .column = 4},
                   {.kind = ScanMeasure::kCountPersons},
                   {.kind = ScanMeasure::kSum, .column = 2},
                   {.kind = ScanMeasure::kSum, .column = 3},
                   {.kind = ScanMeasure::kSumSquares, .column = 2},
                   {.kind = ScanMeasure::kSumSquares, .column = 3}};
  return spec;
}

inline bool Passes(const ScanFilter& filter, const Row& row) {
  const std::optional<int64_t>& value = row.values[filter.column];
  if (!value) return filter.allow_null;
  if (!filter.codes.empty()) return filter.codes[*value];
  for (const auto& [low, high] : filter.ranges) {
    if (*value >= low && *value < high) return true;
  }
  return false;
}

inline std::optional<size_t> Bin(const ScanGroup& group, const Row& row,
                                 const TableLayout& layout) {
  const std::optional<int64_t>& value = row.values[group.column];
  const ColumnLayout& column = layout.columns[group.column];
  const bool codes = column.kind == ColumnKind::kCode;
  if (codes && group.codes.empty() && !group.null_bin) return value ? *value : column.code_count;
  const size_t bins = codes ? group.codes.size() : group.ranges.size();
  const auto bin_of = [&](size_t i) { return group.bin_of.empty() ? i : group.bin_of[i]; };
  if (!value) return group.null_bin ? std::optional(bin_of(bins)) : std::nullopt;
  for (size_t i = 0; i < bins; ++i) {
    if (codes ? *value == group.codes[i]
              : *value >= group.ranges[i].first && *value < group.ranges[i].second) {
      return bin_of(i);
    }
  }
  return std::nullopt;
}

// The combination of its bins; nullopt: it lies in none.
inline std::optional<size_t> CellOf(const std::vector<ScanGroup>& groups, const Row& row,
                                    const TableLayout& layout) {
  size_t cell = 0;
  for (const ScanGroup& group : groups) {
    const std::optional<size_t> bin = Bin(group, row, layout);
    if (!bin) return std::nullopt;
    cell = cell * BinCount(group, layout) + *bin;
  }
  return cell;
}

// keep: which rows count at all.
inline ScanResult Reference(const TableLayout& layout, const std::vector<Row>& rows,
                            const ScanSpec& spec, const std::vector<bool>& keep) {
  const size_t cells = *spec.Validate(layout);
  ScanResult result(spec.measures.size(), std::vector<absl::int128>(cells));
  std::vector<std::vector<std::set<uint32_t>>> persons(spec.measures.size(),
                                                       std::vector<std::set<uint32_t>>(cells));
  for (size_t r = 0; r < rows.size(); ++r) {
    const Row& row = rows[r];
    bool in = keep[r];
    for (const ScanFilter& filter : spec.filters) in = in && Passes(filter, row);
    for (const ScanJointFilter& filter : spec.joint_filters) {
      const std::optional<size_t> combination = CellOf(filter.groups, row, layout);
      in = in && combination && filter.kept[*combination];
    }
    const std::optional<size_t> found = CellOf(spec.groups, row, layout);
    if (!in || !found) continue;
    const size_t cell = *found;
    for (size_t m = 0; m < spec.measures.size(); ++m) {
      const ScanMeasure& measure = spec.measures[m];
      const std::optional<int64_t> value =
          measure.column < 0 ? std::optional<int64_t>(1) : row.values[measure.column];
      if (measure.kind == ScanMeasure::kCountPersons) persons[m][cell].insert(row.person);
      if (!value) continue;
      if (measure.kind == ScanMeasure::kSum) result[m][cell] += *value;
      if (measure.kind == ScanMeasure::kSumSquares) {
        result[m][cell] += absl::int128(*value) * *value;
      }
      if (measure.column < 0 || measure.kind == ScanMeasure::kCountValues) result[m][cell] += 1;
    }
  }
  for (size_t m = 0; m < spec.measures.size(); ++m) {
    if (spec.measures[m].kind != ScanMeasure::kCountPersons) continue;
    for (size_t c = 0; c < cells; ++c) result[m][c] = persons[m][c].size();
  }
  return result;
}

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_RANDOM_TABLE_FOR_TEST_H_
