#include "query/sql/names/resolve.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/text/nearest.h"
#include "query/question/columns.h"
#include "query/sql/parse/refuse.h"

namespace commons::query::sql {
namespace {

// PostgreSQL cuts identifiers to 63 bytes, at a whole character.
constexpr size_t kIdentifierBytes = 63;
constexpr size_t kCharacterBytes = 4;

// What PostgreSQL does not take as a column's name without quotes.
constexpr absl::string_view kReserved[] = {"all",
                                           "analyse",
                                           "analyze",
                                           "and",
                                           "any",
                                           "array",
                                           "as",
                                           "asc",
                                           "asymmetric",
                                           "authorization",
                                           "binary",
                                           "both",
                                           "case",
                                           "cast",
                                           "check",
                                           "collate",
                                           "collation",
                                           "column",
                                           "concurrently",
                                           "constraint",
                                           "create",
                                           "cross",
                                           "current_catalog",
                                           "current_date",
                                           "current_role",
                                           "current_schema",
                                           "current_time",
                                           "current_timestamp",
                                           "current_user",
                                           "default",
                                           "deferrable",
                                           "desc",
                                           "distinct",
                                           "do",
                                           "else",
                                           "end",
                                           "except",
                                           "false",
                                           "fetch",
                                           "for",
                                           "foreign",
                                           "freeze",
                                           "from",
                                           "full",
                                           "grant",
                                           "group",
                                           "having",
                                           "ilike",
                                           "in",
                                           "initially",
                                           "inner",
                                           "intersect",
                                           "into",
                                           "is",
                                           "isnull",
                                           "join",
                                           "lateral",
                                           "leading",
                                           "left",
                                           "like",
                                           "limit",
                                           "localtime",
                                           "localtimestamp",
                                           "natural",
                                           "not",
                                           "notnull",
                                           "null",
                                           "offset",
                                           "on",
                                           "only",
                                           "or",
                                           "order",
                                           "outer",
                                           "overlaps",
                                           "placing",
                                           "primary",
                                           "references",
                                           "returning",
                                           "right",
                                           "select",
                                           "session_user",
                                           "similar",
                                           "some",
                                           "symmetric",
                                           "system_user",
                                           "table",
                                           "tablesample",
                                           "then",
                                           "to",
                                           "trailing",
                                           "true",
                                           "union",
                                           "unique",
                                           "user",
                                           "using",
                                           "variadic",
                                           "verbose",
                                           "when",
                                           "where",
                                           "window",
                                           "with"};

bool PlainName(absl::string_view name) {
  const auto letter = [](char c) { return absl::ascii_islower(c) || c == '_'; };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || absl::ascii_isdigit(c);
  }) && !std::binary_search(std::begin(kReserved), std::end(kReserved), name);
}

}  // namespace

bool Means(absl::string_view identifier, absl::string_view name) {
  if (identifier == name) return true;
  return identifier.size() > kIdentifierBytes - kCharacterBytes && name.size() > kIdentifierBytes &&
         absl::StartsWith(name, identifier);
}

bool Names::Qualified(const Expr& expr) const {
  const std::string& table =
      select_.dataset_alias.empty() ? select_.dataset : select_.dataset_alias;
  return expr.path.size() == 1 || expr.path[0] == table;
}

bool Names::IsColumn(const Expr& expr) const {
  return expr.kind == Expr::Kind::kColumn && Qualified(expr) &&
         (FindGrouping(expr).has_value() ||
          std::any_of(
              standard_.columns().begin(), standard_.columns().end(),
              [&](const v1::Column& column) { return Means(expr.path.back(), column.name()); }));
}

std::optional<Names::GroupingAt> Names::FindGrouping(const Expr& expr) const {
  if (expr.kind != Expr::Kind::kColumn || !Qualified(expr)) return std::nullopt;
  std::optional<GroupingAt> found;
  for (uint32_t i = 0; i < static_cast<uint32_t>(standard_.columns_size()); ++i) {
    if (Means(expr.path.back(), column(i).name())) return std::nullopt;
    for (uint32_t place = 0; place < static_cast<uint32_t>(column(i).groupings_size()); ++place) {
      if (!Means(expr.path.back(), grouping({i, place}).name())) continue;
      if (found.has_value()) return std::nullopt;  // cut to 63 bytes it could be several
      found = {i, place};
    }
  }
  return found;
}

bool Names::IsPerson(const Expr& expr) const {
  return expr.kind == Expr::Kind::kColumn && Qualified(expr) &&
         (expr.path.back() == "person" ||
          (!standard_.entity().empty() && Means(expr.path.back(), standard_.entity())));
}

absl::StatusOr<uint32_t> Names::Resolve(const Expr& expr) const {
  if (expr.kind != Expr::Kind::kColumn) {
    return Unsupported(expr.position, "name a column here");
  }
  if (!Qualified(expr)) {
    return RefuseAt(v1::UNKNOWN_COLUMN, expr.position, "there is no dataset ", expr.path[0],
                    " in this question; write ", expr.path.back());
  }
  if (const std::optional<GroupingAt> groups = FindGrouping(expr)) {
    return RefuseAt(v1::COLUMN_NOT_QUERYABLE, expr.position, expr.path.back(),
                    " groups the codes of ", QuoteName(column(groups->column).name()),
                    "; group by it, or compare it with the names of its groups");
  }
  std::optional<uint32_t> found;
  for (int i = 0; i < standard_.columns_size(); ++i) {
    if (!Means(expr.path.back(), column(i).name())) continue;
    if (found.has_value()) {
      return RefuseAt(v1::UNKNOWN_COLUMN, expr.position, "names are cut to 63 bytes, so that ",
                      expr.path.back(), " could be several columns");
    }
    found = i;
  }
  const bool kept = found.has_value() && column(*found).role() != v1::SKIP &&
                    column(*found).role() != v1::ROLE_UNSPECIFIED;
  // Everybody knows that the column which tells people apart is there, whatever else it may do.
  if (!kept && !(found.has_value() && column(*found).name() == standard_.entity())) {
    return Unknown(expr);
  }
  if (ShapeOf(column(*found), standard_) == Shape::kNone) {
    return RefuseAt(v1::COLUMN_NOT_QUERYABLE, expr.position, "the column ", column(*found).name(),
                    " is not for questions: it identifies or describes one person",
                    IsPerson(expr) ? "; people are counted with COUNT(DISTINCT person)" : "");
  }
  return *found;
}

absl::Status Names::Unknown(const Expr& expr) const {
  const std::string& name = expr.path.back();
  std::vector<std::string> names;
  for (const v1::Column& column : standard_.columns()) {
    if (ShapeOf(column, standard_) == Shape::kNone) continue;
    names.push_back(column.name());
    for (const v1::Grouping& grouping : column.groupings()) names.push_back(grouping.name());
  }
  for (const std::string& known : names) {
    if (!absl::EqualsIgnoreCase(known, name)) continue;
    return RefuseAt(v1::UNKNOWN_COLUMN, expr.position, "there is no column ", name, "; write it ",
                    PlainName(known) ? "without quotes: " : "in quotes: ", QuoteName(known));
  }
  const std::string nearest = NearestWithinHalf(name, names);
  return RefuseAt(v1::UNKNOWN_COLUMN, expr.position, "there is no column ", name, " in ",
                  standard_.dataset(),
                  nearest.empty() ? "" : absl::StrCat("; the nearest is ", QuoteName(nearest)));
}

std::string QuoteName(absl::string_view name) {
  if (PlainName(name)) return std::string(name);
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

std::string QuoteText(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

}  // namespace commons::query::sql
