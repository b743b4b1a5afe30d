// Internal to query/sql: from libpg_query's tree to ours, by an allow-list of its nodes. What is
// not on it is UNSUPPORTED_SQL with the position of its word. The tree differs between PostgreSQL's
// versions, so nothing outside query/sql sees it.
#ifndef COMMONS_QUERY_SQL_TREE_H_
#define COMMONS_QUERY_SQL_TREE_H_

#include <pg_query/pg_query.pb-c.h>

#include <initializer_list>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "query/sql/ast.h"

namespace commons::query::sql {

// Where the words of the text stand: the tree does not say it of every clause.
class Words {
 public:
  Words(absl::string_view text, const PgQuery__ScanResult& tokens) : text_(text), tokens_(tokens) {}

  // The first occurrence of an unquoted keyword, or -1.
  int Find(absl::string_view keyword) const {
    for (size_t i = 0; i < tokens_.n_tokens; ++i) {
      const PgQuery__ScanToken& token = *tokens_.tokens[i];
      if (absl::EqualsIgnoreCase(text_.substr(token.start, token.end - token.start), keyword)) {
        return token.start;
      }
    }
    return -1;
  }
  int FindAny(std::initializer_list<absl::string_view> keywords) const {
    for (const absl::string_view keyword : keywords) {
      if (const int position = Find(keyword); position >= 0) return position;
    }
    return -1;
  }
  // The first word at or after a position.
  int From(int position) const {
    for (size_t i = 0; i < tokens_.n_tokens; ++i) {
      if (tokens_.tokens[i]->start >= position) return tokens_.tokens[i]->start;
    }
    return position;
  }

 private:
  absl::string_view text_;
  const PgQuery__ScanResult& tokens_;
};

// A name or text in NFC ("" for null); UNSUPPORTED_SQL at `position` unless it is UTF-8.
absl::StatusOr<std::string> NormalName(const char* text, int position);

// `position` is where the expression is expected, `depth` how deep it lies.
absl::StatusOr<Expr> ToExpr(const PgQuery__Node* node, int position, int depth);

absl::StatusOr<Select> ToSelect(const PgQuery__ParseResult& tree, const Words& words);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_TREE_H_
