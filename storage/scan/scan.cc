#include "storage/scan/scan.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace commons::storage {
namespace {

constexpr size_t kRangesPerFilter = limits::kCodesPerColumn;
constexpr size_t kJointFilters = 16;
constexpr size_t kJointCells = 1 << 16;

bool IsNumber(const ColumnLayout& column) {
  return column.kind == ColumnKind::kInteger || column.kind == ColumnKind::kDate;
}

absl::StatusOr<const ColumnLayout*> ColumnAt(const TableLayout& layout, int index) {
  if (index < 0 || static_cast<size_t>(index) >= layout.columns.size()) {
    return absl::InvalidArgumentError(absl::StrCat("scan: no column ", index));
  }
  const ColumnLayout* column = &layout.columns[index];
  if (column->kind == ColumnKind::kHidden) {
    return absl::InvalidArgumentError(
        absl::StrCat("scan: column \"", column->name, "\" is hidden"));
  }
  return column;
}

absl::Status Unfit(const ColumnLayout& column, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("scan: column \"", column.name, "\": ", why));
}

absl::Status ValidateGroup(const ScanGroup& group, const TableLayout& layout) {
  ASSIGN_OR_RETURN(const ColumnLayout* column, ColumnAt(layout, group.column));
  if (!(IsNumber(*column) ? group.codes.empty() : group.ranges.empty())) {
    return Unfit(*column, "codes are grouped by codes, numbers by ranges");
  }
  if (group.null_bin && column->required) return Unfit(*column, "it is never NULL");
  if (BinCount(group, layout) == 0) return Unfit(*column, "a grouping without bins");
  const size_t listed = group.codes.size() + group.ranges.size() + group.null_bin;
  if (!group.bin_of.empty() && group.bin_of.size() != listed) {
    return Unfit(*column, "each code, range and NULL is in one bin");
  }
  for (size_t i = 0; i < group.codes.size(); ++i) {
    const bool ascends = i == 0 || group.codes[i - 1] < group.codes[i];
    if (!ascends) return Unfit(*column, "codes must ascend");
  }
  for (size_t i = 0; i < group.ranges.size(); ++i) {
    const bool ascends = i == 0 || group.ranges[i - 1].second <= group.ranges[i].first;
    if (!ascends || group.ranges[i].first >= group.ranges[i].second) {
      return Unfit(*column, "ranges must ascend");
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateFilter(const ScanFilter& filter, const TableLayout& layout) {
  ASSIGN_OR_RETURN(const ColumnLayout* column, ColumnAt(layout, filter.column));
  if (filter.every && column->kind != ColumnKind::kBits) {
    return Unfit(*column, "a row has one value of it");
  }
  if (!IsNumber(*column)) {
    const bool fits = filter.ranges.empty() && filter.codes.size() == column->code_count;
    return fits ? absl::OkStatus() : Unfit(*column, "a filter needs one flag per code");
  }
  if (!filter.codes.empty() || filter.ranges.size() > kRangesPerFilter) {
    return Unfit(*column, "a filter needs ranges");
  }
  for (const auto& [low, high] : filter.ranges) {
    if (low > high) return Unfit(*column, "a range ends before it begins");
  }
  return absl::OkStatus();
}

// How many combinations there are of the bins of some groupings, at most `most`.
absl::StatusOr<size_t> CountCells(const std::vector<ScanGroup>& groups, const TableLayout& layout,
                                  size_t most) {
  size_t cells = 1;
  for (const ScanGroup& group : groups) {
    RETURN_IF_ERROR(ValidateGroup(group, layout));
    cells *= BinCount(group, layout);
    if (cells > most) {
      return absl::InvalidArgumentError(absl::StrCat("scan: more than ", most, " cells"));
    }
  }
  return cells;
}

absl::Status ValidateJointFilter(const ScanJointFilter& filter, const TableLayout& layout) {
  ASSIGN_OR_RETURN(const size_t cells, CountCells(filter.groups, layout, kJointCells));
  if (filter.kept.size() == cells) return absl::OkStatus();
  return absl::InvalidArgumentError("scan: a joint filter needs one flag per combination");
}

absl::Status ValidateMeasure(const ScanMeasure& measure, const TableLayout& layout) {
  if (measure.kind == ScanMeasure::kCountRows || measure.kind == ScanMeasure::kCountPersons) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const ColumnLayout* column, ColumnAt(layout, measure.column));
  if (measure.kind == ScanMeasure::kCountValues) return absl::OkStatus();
  if (column->kind != ColumnKind::kInteger) return Unfit(*column, "only numbers have sums");
  if (measure.kind == ScanMeasure::kQuantizedSum && measure.low >= measure.high) {
    return Unfit(*column, "a quantized sum needs low < high");
  }
  return absl::OkStatus();
}

}  // namespace

size_t BinCount(const ScanGroup& group, const TableLayout& layout) {
  const ColumnLayout& column = layout.columns[group.column];
  if (!group.bin_of.empty()) {
    return *std::max_element(group.bin_of.begin(), group.bin_of.end()) + size_t{1};
  }
  if (IsNumber(column)) return group.ranges.size() + group.null_bin;
  if (group.codes.empty() && !group.null_bin) return column.code_count + !column.required;
  return group.codes.size() + group.null_bin;
}

absl::StatusOr<size_t> ScanSpec::Validate(const TableLayout& layout) const {
  if (groups.size() > limits::kGroupDimensions + 1 || measures.empty() ||
      measures.size() > limits::kPartials || filters.size() > limits::kColumns ||
      joint_filters.size() > kJointFilters) {
    return absl::InvalidArgumentError("scan: too many groups, filters or measures, or no measure");
  }
  if (rows_per_person > limits::kRowsPerPersonMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("scan: at most ", limits::kRowsPerPersonMax, " rows per person"));
  }
  if (rows_per_person_and_cell > rows_per_person) {
    return absl::InvalidArgumentError("scan: more rows of a person in a cell than count at all");
  }
  ASSIGN_OR_RETURN(const size_t cells, CountCells(groups, layout, limits::kCells));
  for (const ScanFilter& filter : filters) RETURN_IF_ERROR(ValidateFilter(filter, layout));
  for (const ScanJointFilter& filter : joint_filters) {
    RETURN_IF_ERROR(ValidateJointFilter(filter, layout));
  }
  for (const ScanMeasure& measure : measures) RETURN_IF_ERROR(ValidateMeasure(measure, layout));
  return cells;
}

}  // namespace commons::storage
