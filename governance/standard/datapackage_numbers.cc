// Whole numbers that are grouped by one by one, and measured.
#include <optional>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "governance/standard/datapackage_field.h"

namespace commons::governance {
namespace {

// The first and the last number of a list in which each follows the one before.
absl::Status ReadList(const Place& list, v1::Column* column) {
  RETURN_IF_ERROR(list.Expect(Json::Kind::kArray));
  for (const Place& item : list.Items()) {
    const std::optional<Place> value = item.Member("value");
    if (item.Member("label")) {
      return item.Refuse("a column that is also a measure shows its numbers, and has no labels; ",
                         "remove the label, or the role measure");
    }
    ASSIGN_OR_RETURN(const int64_t number, (value ? *value : item).Scaled(0));
    if (!column->has_minimum()) {
      column->set_has_minimum(true);
      column->set_minimum(number);
    } else if (number != column->maximum() + 1) {
      return item.Refuse(
          "the numbers of a column that is also a measure follow one another: write ",
          column->maximum() + 1, " here, or give commons:breaks");
    }
    column->set_has_maximum(true);
    column->set_maximum(number);
  }
  return absl::OkStatus();
}

std::optional<Place> ListOf(const Place& field) {
  if (const std::optional<Place> categories = field.Member("categories")) return categories;
  const std::optional<Place> constraints = field.Member("constraints");
  return constraints ? constraints->Member("enum") : std::nullopt;
}

}  // namespace

absl::Status ParseWholeNumbers(const Place& field, v1::Column* column) {
  if (column->type() != v1::INTEGER) return absl::OkStatus();  // CheckColumn asks for breaks
  if (const std::optional<Place> list = ListOf(field)) {
    column->clear_has_minimum();
    column->clear_has_maximum();
    RETURN_IF_ERROR(ReadList(*list, column));
  }
  if (!column->has_minimum() || !column->has_maximum()) return absl::OkStatus();
  const int64_t low = column->minimum(), high = column->maximum();
  if (low <= high && static_cast<uint64_t>(high - low) >= limits::kBandsPerColumn) {
    return field.Refuse("has more than ", limits::kBandsPerColumn, " whole numbers, too many to ",
                        "group by one by one; give commons:breaks");
  }
  for (int64_t edge = low; low <= high && edge <= high + 1; ++edge) column->add_breaks(edge);
  if (column->has_clip() || low >= high) return absl::OkStatus();
  column->set_has_clip(true);
  column->set_clip_low(low);
  column->set_clip_high(high);
  return absl::OkStatus();
}

}  // namespace commons::governance
