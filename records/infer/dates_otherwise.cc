#include "records/infer/dates_otherwise.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace commons::records {
namespace {

// What an owner's dialect can say of one file, and not of a column in which both stand.
std::string TwoWaysOfDates(const ColumnProfile& column) {
  const ValueKinds& kinds = column.kinds();
  const uint64_t plain = kinds.days + kinds.moments;
  const std::vector<std::string> formats = column.forms_of_others().dates();
  if (plain == 0 || formats.empty() || plain + column.others() != column.values()) return "";
  return absl::StrCat(
      plain, " dates are written like 2024-06-04, and ", column.others(), " otherwise (",
      absl::StrJoin(formats, " or "),
      "): if each file has one way, run infer with --dialect-out for the files that have the "
      "other, then for all with --dialect OWNER=dialect.json; within a file, mend it");
}

std::string WeeksOtherwise(const ColumnProfile& column) {
  const ValueKinds& kinds = column.kinds();
  if (kinds.odd_weeks == 0 || kinds.weeks + kinds.odd_weeks != column.values()) return "";
  return absl::StrCat(
      kinds.weeks > 0 ? absl::StrCat(kinds.weeks, " weeks are written like 2024-W05, and ") : "",
      kinds.odd_weeks,
      kinds.weeks > 0 ? " otherwise" : " weeks are written otherwise than 2024-W05",
      ": no format of a dialect reads weeks; write them so in the files, or name each in a dialect "
      "(commons:map: {\"2024-W05\": [\"W5/2024\"]})");
}

}  // namespace

std::string DatesOtherwise(absl::string_view name, const ColumnProfile& column) {
  if (column.kinds().compact_days == column.values()) return column.forms().HowToRead(name);
  const std::string two_ways = TwoWaysOfDates(column);
  return two_ways.empty() ? WeeksOtherwise(column) : two_ways;
}

}  // namespace commons::records
