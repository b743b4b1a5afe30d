#include "query/release/cell_order.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <tuple>

#include "base/text/decimal.h"
#include "governance/standard/scalar.h"
#include "query/question/cell_space.h"

namespace commons::query {
namespace {

// Codes of numbers are written in their shortest form, which does not sort.
std::vector<int64_t> NumbersOf(const v1::Column& column) {
  std::vector<int64_t> numbers;
  for (const v1::Code& code : column.codes()) {
    int64_t number = 0;
    const auto fault = ParseDecimal(code.value(), governance::CodeDecimals(column.type()), &number);
    numbers.push_back(fault == DecimalFault::kNone ? number : std::numeric_limits<int64_t>::max());
  }
  return numbers;
}

}  // namespace

std::vector<size_t> BinPlaces(const v1::Dimension& dimension, const v1::Column& column,
                              absl::Span<const uint32_t> kept) {
  const auto labels = BinLabels(dimension, column, kept);
  std::vector<size_t> bins(labels.size()), places(labels.size());
  std::iota(bins.begin(), bins.end(), 0);
  const bool missing = !labels.empty() && !labels.back().has_value();
  const auto last = bins.end() - (missing ? 1 : 0);
  if (column.type() == v1::STRING || column.type() == v1::BOOLEAN) {
    std::stable_sort(bins.begin(), last,
                     [&](size_t a, size_t b) { return *labels[a] < *labels[b]; });
  } else if (column.codes_size() > 0) {
    const std::vector<int64_t> numbers = NumbersOf(column);
    std::stable_sort(bins.begin(), last,
                     [&](size_t a, size_t b) { return numbers[kept[a]] < numbers[kept[b]]; });
  }
  for (size_t place = 0; place < bins.size(); ++place) places[bins[place]] = place;
  return places;
}

std::vector<std::optional<std::string>> LabelsOf(const OutputDimension& output,
                                                 const v1::Dimension& dimension,
                                                 const v1::Column& column,
                                                 absl::Span<const uint32_t> kept) {
  return output.labels.empty() ? BinLabels(dimension, column, kept) : output.labels;
}

std::vector<size_t> PlacesOf(const OutputDimension& output, const v1::Dimension& dimension,
                             const v1::Column& column, absl::Span<const uint32_t> kept) {
  return output.labels.empty() ? BinPlaces(dimension, column, kept) : output.places;
}

bool Before(const CellRank& a, const CellRank& b, const std::vector<OrderKey>& order) {
  for (const OrderKey& key : order) {
    const long double x = key.measure ? a.measures[key.index] : a.places[key.index];
    const long double y = key.measure ? b.measures[key.index] : b.places[key.index];
    if (std::isnan(x) != std::isnan(y)) return std::isnan(y);
    if (std::isnan(x) || x == y) continue;
    return key.descending ? x > y : x < y;
  }
  return std::tie(a.set, a.bins) < std::tie(b.set, b.bins);
}

}  // namespace commons::query
