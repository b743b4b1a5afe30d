// Names in a question to columns of the Standard.
#ifndef COMMONS_QUERY_SQL_NAMES_RESOLVE_H_
#define COMMONS_QUERY_SQL_NAMES_RESOLVE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

// Whether an identifier, as PostgreSQL hands it over (cut to 63 bytes), means this name.
bool Means(absl::string_view identifier, absl::string_view name);

// Both outlive it. Thread-safe.
class Names {
 public:
  Names(const Select& select, const v1::Standard& standard)
      : select_(select), standard_(standard) {}

  const v1::Standard& standard() const { return standard_; }
  const v1::Column& column(uint32_t index) const { return standard_.columns(index); }

  // Of a column's codes, as the definition declares it.
  struct GroupingAt {
    uint32_t column;
    uint32_t place;  // among its groupings
  };
  const v1::Grouping& grouping(const GroupingAt& at) const {
    return column(at.column).groupings(static_cast<int>(at.place));
  }
  // The grouping of that name; nullopt where a column is meant, or nothing at all.
  std::optional<GroupingAt> FindGrouping(const Expr& expr) const;

  // A column that questions may use; UNKNOWN_COLUMN with the nearest name, or COLUMN_NOT_QUERYABLE.
  absl::StatusOr<uint32_t> Resolve(const Expr& expr) const;
  // Whether `expr` names a column or a grouping of the Standard at all.
  bool IsColumn(const Expr& expr) const;
  // "person", or the entity's own column.
  bool IsPerson(const Expr& expr) const;

 private:
  bool Qualified(const Expr& expr) const;
  absl::Status Unknown(const Expr& expr) const;

  const Select& select_;
  const v1::Standard& standard_;
};

// A name as it must be written in SQL: quoted where PostgreSQL would fold or misread it.
std::string QuoteName(absl::string_view name);
std::string QuoteText(absl::string_view text);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_NAMES_RESOLVE_H_
