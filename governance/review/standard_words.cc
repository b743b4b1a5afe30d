#include "governance/review/standard_words.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "base/text/decimal.h"
#include "governance/review/screen.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"

namespace commons::governance {
namespace {

std::string WeekWords(const v1::Column& column) {
  constexpr absl::string_view kDays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                         "Friday", "Saturday", "Sunday"};
  if (column.week_starts() < 1 || column.week_starts() > 7) return "";
  return absl::StrCat(
      column.period_unit() == v1::WEEK ? " that begins on " : ", in weeks that begin on ",
      kDays[column.week_starts() - 1], ",");
}

std::string ClipWords(const v1::Column& column) {
  return absl::StrCat("counted from ", NumberWords(column.clip_low(), column), " to ",
                      NumberWords(column.clip_high(), column), " ", ShownWhole(column.unit()));
}

std::string Count(size_t n, const char* what) {
  return absl::StrCat(n, " ", what, n == 1 ? "" : "s");
}

// The codes that only one organisation can have, with whose they are.
std::set<std::string> ExclusiveCodes(const v1::Column& column) {
  std::set<std::string> codes;
  for (const v1::Code& code : column.codes()) {
    if (!code.exclusive_org().empty()) codes.insert(code.exclusive_org() + code.value());
  }
  return codes;
}

}  // namespace

std::string PersonWords(const v1::Standard& standard) {
  if (standard.entity().empty()) return "each row is a person";
  return absl::StrCat(
      "a person is told by the column ", standard.entity(), ", with at most ",
      standard.max_rows_per_person(), " rows",
      standard.max_rows_per_person_and_cell() == 0
          ? ""
          : absl::StrCat(" (", standard.max_rows_per_person_and_cell(), " in one cell of a table)"),
      " and at most ", standard.max_owners_per_person(), " owners");
}

std::string RoleWords(v1::Role role) {
  switch (role) {
    case v1::DIMENSION:
      return "group or filter by it";
    case v1::MEASURE:
      return "add up or average";
    case v1::DIMENSION_AND_MEASURE:
      return "group or filter by it, add up or average";
    case v1::SKIP:
      return "never written to the node";
    default:
      return "kept encrypted, never queryable";
  }
}

std::string ValuesWords(const v1::Column& column) {
  if (column.codes_size() > 0) {
    const size_t exclusive = ExclusiveCodes(column).size();
    return absl::StrCat(
        Count(column.codes_size(), "code"),
        HasResponses(column) ? absl::StrCat(", up to ", column.max_responses(), " of them at once")
                             : "",
        column.priority_of().empty()
            ? ""
            : absl::StrCat(", each row in its first one of ", ShownWhole(column.priority_of())),
        exclusive == 0 ? "" : absl::StrCat(", ", exclusive, " of one organisation alone"));
  }
  if (HasWholeNumbers(column)) {
    return absl::StrCat("each whole number from ", column.minimum(), " to ", column.maximum());
  }
  if (column.breaks_size() > 1) {
    return absl::StrCat(Count(column.breaks_size() - 1, "band"), " from ",
                        absl::StrJoin(column.breaks(), ", ",
                                      [&](std::string* out, int64_t edge) {
                                        out->append(NumberWords(edge, column));
                                      }),
                        column.has_clip() ? absl::StrCat("; ", ClipWords(column)) : "");
  }
  if (column.period_unit() != v1::PERIOD_UNIT_UNSPECIFIED) {
    return absl::StrCat("each ", UnitName(UnitOf(column)), WeekWords(column), " from ",
                        PeriodLabel(column.period_from(), PeriodUnit::kDay), " to ",
                        PeriodLabel(column.period_to(), PeriodUnit::kDay),
                        column.zone().empty()
                            ? ""
                            : absl::StrCat(", by the clocks of ", ShownWhole(column.zone())));
  }
  if (column.has_clip()) return ClipWords(column);
  return ShownWhole(column.unit());
}

std::string GroupingWords(const v1::Grouping& grouping) {
  return absl::StrCat(Shown(grouping.name()), " (", Count(grouping.groups_size(), "group"), ")");
}

std::string GroupingsWords(const v1::Column& column) {
  if (column.groupings().empty()) return "";
  return absl::StrCat(
      HasLongList(column) ? "; grouped only as " : "; grouped as ",
      absl::StrJoin(column.groupings(), ", ", [](std::string* out, const v1::Grouping& grouping) {
        out->append(GroupingWords(grouping));
      }));
}

std::string CodeWords(const v1::Code& code) {
  const bool labelled = !code.label().empty() && code.label() != code.value();
  return labelled ? absl::StrCat(ShownWhole(code.value()), " = ", ShownWhole(code.label()))
                  : ShownWhole(code.value());
}

std::string NumberWords(int64_t scaled, const v1::Column& column) {
  return FormatDecimal(scaled, column.decimals(), Zeros::kAll);
}

}  // namespace commons::governance
