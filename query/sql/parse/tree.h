// Internal to this folder: from libpg_query's tree to ours, by an allow-list of its nodes. What is
// not on it is UNSUPPORTED_SQL with the position of its word. The tree differs between PostgreSQL's
// versions, so nothing outside sees it.
#ifndef COMMONS_QUERY_SQL_PARSE_TREE_H_
#define COMMONS_QUERY_SQL_PARSE_TREE_H_

#include <pg_query/pg_query.pb-c.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

// Where the words of the text stand: the tree does not say it of every clause.
class Words {
 public:
  Words(absl::string_view text, const PgQuery__ScanResult& tokens)
      : text_(text), tokens_(tokens), end_(tokens.n_tokens) {}

  // The first occurrence of an unquoted keyword, or -1; one in parentheses only if there is no
  // other.
  int Find(absl::string_view keyword) const {
    int depth = 0, nested = -1;
    for (size_t i = begin_; i < end_; ++i) {
      depth += (At(i) == "(") - (At(i) == ")");
      if (!absl::EqualsIgnoreCase(At(i), keyword)) continue;
      if (depth == 0) return tokens_.tokens[i]->start;
      if (nested < 0) nested = tokens_.tokens[i]->start;
    }
    return nested;
  }
  int FindAny(std::initializer_list<absl::string_view> keywords) const {
    for (const absl::string_view keyword : keywords) {
      if (const int position = Find(keyword); position >= 0) return position;
    }
    return -1;
  }
  // The first word at or after a position.
  int From(int position) const {
    const size_t i = IndexFrom(position);
    return i < end_ ? tokens_.tokens[i]->start : position;
  }
  // Those of the parentheses that open at a position.
  Words Inside(int position) const {
    Words inside = *this;
    inside.begin_ = std::min(IndexFrom(position) + 1, end_);
    int depth = 1;
    for (size_t i = inside.begin_; i < end_ && depth > 0; ++i) {
      depth += (At(i) == "(") - (At(i) == ")");
      inside.end_ = i;
    }
    return inside;
  }

 private:
  absl::string_view At(size_t i) const {
    const PgQuery__ScanToken& token = *tokens_.tokens[i];
    return text_.substr(token.start, token.end - token.start);
  }
  size_t IndexFrom(int position) const {
    size_t i = begin_;
    while (i < end_ && tokens_.tokens[i]->start < position) ++i;
    return i;
  }

  absl::string_view text_;
  const PgQuery__ScanResult& tokens_;
  size_t begin_ = 0;
  size_t end_;
};

// A name or text in NFC ("" for null); UNSUPPORTED_SQL at `position` unless it is UTF-8.
absl::StatusOr<std::string> NormalName(const char* text, int position);

// `position` is where the expression is expected, `depth` how deep it lies.
absl::StatusOr<Expr> ToExpr(const PgQuery__Node* node, int position, int depth);
absl::StatusOr<Expr> FromCall(const PgQuery__FuncCall& node, int depth);

// Adds an argument for each of the nodes.
absl::Status AddArgs(size_t count, PgQuery__Node** nodes, int depth, Expr* out);

// Null for what is no string. Lives as long as the tree.
const char* StringOf(const PgQuery__Node* node);
// The last of a qualified name: pg_catalog.date_trunc, pg_catalog.date.
absl::string_view LastName(size_t count, PgQuery__Node** names);

absl::StatusOr<Select> ToSelect(const PgQuery__ParseResult& tree, const Words& words);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_PARSE_TREE_H_
