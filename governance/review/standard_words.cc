#include "governance/review/standard_words.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "base/text/decimal.h"
#include "google/protobuf/util/message_differencer.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"

namespace commons::governance {
namespace {

// As many decimals as the column has: whoever compares two definitions sees them.
std::string Number(int64_t scaled, const v1::Column& column) {
  return FormatDecimal(scaled, column.decimals(), Zeros::kAll);
}

std::string WeekWords(const v1::Column& column) {
  constexpr absl::string_view kDays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                         "Friday", "Saturday", "Sunday"};
  if (column.week_starts() < 1 || column.week_starts() > 7) return "";
  return absl::StrCat(
      column.period_unit() == v1::WEEK ? " that begins on " : ", in weeks that begin on ",
      kDays[column.week_starts() - 1], ",");
}

std::string ClipWords(const v1::Column& column) {
  return absl::StrCat("counted from ", Number(column.clip_low(), column), " to ",
                      Number(column.clip_high(), column), " ", column.unit());
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

constexpr size_t kCodesNamed = 12;  // of each kind of change; a board can look the rest up

std::string Named(absl::string_view what, const std::vector<std::string>& items) {
  const size_t shown = std::min(items.size(), kCodesNamed);
  return absl::StrCat(
      what, " ", absl::StrJoin(items.begin(), items.begin() + shown, ", "),
      shown < items.size() ? absl::StrCat(" and ", items.size() - shown, " more") : "");
}

std::string CodeWords(const v1::Code& code) {
  const bool labelled = !code.label().empty() && code.label() != code.value();
  return labelled ? absl::StrCat(code.value(), " = ", code.label()) : code.value();
}

// Which codes came, went or mean something else: what a table's groups are.
void CompareCodes(const v1::Column& before, const v1::Column& after,
                  std::vector<std::string>& parts) {
  std::map<std::string, const v1::Code*> old;
  for (const v1::Code& code : before.codes()) old[code.value()] = &code;
  std::vector<std::string> added, renamed, removed;
  for (const v1::Code& code : after.codes()) {
    const auto known = old.find(code.value());
    if (known == old.end()) {
      added.push_back(CodeWords(code));
      continue;
    }
    if (known->second->label() != code.label()) {
      renamed.push_back(absl::StrCat(CodeWords(*known->second), " becomes ", CodeWords(code)));
    }
    old.erase(known);
  }
  for (const v1::Code& code : before.codes()) {
    if (old.count(code.value()) > 0) removed.push_back(CodeWords(code));
  }
  if (!added.empty()) parts.push_back(Named("added", added));
  if (!renamed.empty()) parts.push_back(Named("", renamed).substr(1));
  if (!removed.empty()) parts.push_back(Named("removed", removed));
  const bool all = added.empty() && removed.empty();
  for (int i = 0; all && i < after.codes_size(); ++i) {
    if (after.codes(i).value() == before.codes(i).value()) continue;
    parts.push_back("its codes are in another order");
    break;
  }
}

void CompareColumn(const v1::Column& before, const v1::Column& after, StandardChanges& found) {
  if (google::protobuf::util::MessageDifferencer::Equals(before, after)) return;
  std::vector<std::string> parts;
  if (before.role() != after.role()) {
    parts.push_back(
        absl::StrCat("was: ", RoleWords(before.role()), "; now: ", RoleWords(after.role())));
  }
  if (before.codes_size() != after.codes_size() || ValuesWords(before) != ValuesWords(after)) {
    parts.push_back(absl::StrCat("had ", ValuesWords(before), "; now ", ValuesWords(after)));
  }
  CompareCodes(before, after, parts);
  if (ExclusiveCodes(before) != ExclusiveCodes(after)) {
    parts.push_back("other codes belong to one organisation alone");
  }
  if (before.required() != after.required()) {
    parts.push_back(after.required() ? "a value is required now" : "no value is required any more");
  }
  if (before.round() != after.round()) {
    parts.push_back(after.round() ? "more decimals are rounded now"
                                  : "more decimals are not rounded any more");
  }
  if (parts.empty()) parts.push_back("its texts, limits or accepted values");
  found.changes.push_back(absl::StrCat(after.name(), ": ", absl::StrJoin(parts, "; ")));
  if (before.max_responses() != after.max_responses()) {
    found.warnings.push_back(
        absl::StrCat("a row may be in ", std::max(after.max_responses(), 1u), " groups of '",
                     after.name(), "', which decides what a question grouped by it costs; before: ",
                     std::max(before.max_responses(), 1u)));
  }
  if (!IsQueryable(before) && IsQueryable(after)) {
    found.warnings.push_back(
        absl::StrCat("the column '", after.name(), "' could not be asked about and now can"));
  }
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
        exclusive == 0 ? "" : absl::StrCat(", ", exclusive, " of one organisation alone"));
  }
  if (column.breaks_size() > 1) {
    return absl::StrCat(
        Count(column.breaks_size() - 1, "band"), " from ",
        absl::StrJoin(column.breaks(), ", ",
                      [&](std::string* out, int64_t edge) { out->append(Number(edge, column)); }),
        column.has_clip() ? absl::StrCat("; ", ClipWords(column)) : "");
  }
  if (column.period_unit() != v1::PERIOD_UNIT_UNSPECIFIED) {
    return absl::StrCat("each ", UnitName(UnitOf(column)), WeekWords(column), " from ",
                        PeriodLabel(column.period_from(), PeriodUnit::kDay), " to ",
                        PeriodLabel(column.period_to(), PeriodUnit::kDay));
  }
  if (column.has_clip()) return ClipWords(column);
  return column.unit();
}

StandardChanges CompareStandards(const v1::Standard& before, const v1::Standard& after) {
  StandardChanges found;
  if (before.entity() != after.entity() ||
      before.max_rows_per_person() != after.max_rows_per_person() ||
      before.max_rows_per_person_and_cell() != after.max_rows_per_person_and_cell() ||
      before.max_owners_per_person() != after.max_owners_per_person()) {
    found.changes.push_back(absl::StrCat("people: ", PersonWords(after)));
    found.warnings.push_back(absl::StrCat(
        "people are told apart differently, which decides what a question costs; before: ",
        PersonWords(before)));
  }
  std::map<std::string, const v1::Column*> old;
  for (const v1::Column& column : before.columns()) old[column.name()] = &column;
  for (const v1::Column& column : after.columns()) {
    const auto known = old.find(column.name());
    if (known == old.end()) {
      found.changes.push_back(absl::StrCat(column.name(), ": new; ", RoleWords(column.role())));
      continue;
    }
    CompareColumn(*known->second, column, found);
    old.erase(known);
  }
  for (const auto& [name, column] : old) found.changes.push_back(absl::StrCat(name, ": gone"));
  if (!std::equal(before.purposes().begin(), before.purposes().end(), after.purposes().begin(),
                  after.purposes().end())) {
    found.changes.push_back(
        absl::StrCat("purposes: were ", absl::StrJoin(before.purposes(), ", ")));
  }
  return found;
}

}  // namespace commons::governance
