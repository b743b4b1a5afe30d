#include "query/sql/parse/parse.h"

#include <pg_query.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/unicode.h"
#include "query/sql/parse/advice.h"
#include "query/sql/parse/operator_run.h"
#include "query/sql/parse/parser_pool.h"
#include "query/sql/parse/refuse.h"
#include "query/sql/parse/tree.h"

namespace commons::query::sql {
namespace {

constexpr size_t kThreads = 4;
constexpr absl::Duration kPatience = absl::Seconds(2);

using ScannedTokens = std::unique_ptr<PgQuery__ScanResult, void (*)(PgQuery__ScanResult*)>;
using ParsedTree = std::unique_ptr<PgQuery__ParseResult, void (*)(PgQuery__ParseResult*)>;

int ByteOffset(absl::string_view text, int character) {
  size_t at = 0;
  for (; character > 1 && at < text.size(); --character) {
    do ++at;
    while (at < text.size() && (text[at] & 0xc0) == 0x80);
  }
  return static_cast<int>(at);
}

absl::Status FromError(absl::string_view text, const PgQueryError& error) {
  const bool nameless = absl::StrContains(error.message, "must have an alias");
  return Unsupported(ByteOffset(text, error.cursorpos), error.message, "; ",
                     nameless ? std::string("write FROM (SELECT ...) AS q") : SyntaxAdvice(text));
}

absl::StatusOr<ScannedTokens> ScanTokens(absl::string_view text, const std::string& terminated) {
  const PgQueryScanResult scan = pg_query_scan(terminated.c_str());
  std::unique_ptr<const PgQueryScanResult, void (*)(const PgQueryScanResult*)> free_scan(
      &scan, [](const PgQueryScanResult* result) { pg_query_free_scan_result(*result); });
  if (scan.error != nullptr) return FromError(text, *scan.error);
  ScannedTokens tokens(
      pg_query__scan_result__unpack(nullptr, scan.pbuf.len,
                                    reinterpret_cast<const uint8_t*>(scan.pbuf.data)),
      [](PgQuery__ScanResult* result) { pg_query__scan_result__free_unpacked(result, nullptr); });
  if (tokens == nullptr) return absl::InternalError("libpg_query: tokens cannot be read");
  if (tokens->n_tokens > limits::kSqlTokens) {
    return RefuseAt(v1::SQL_TOO_LARGE, tokens->tokens[limits::kSqlTokens]->start,
                    "the question has ", tokens->n_tokens, " words and signs; at most ",
                    limits::kSqlTokens);
  }
  return tokens;
}

absl::StatusOr<Select> ParseHere(absl::string_view text) {
  const std::string terminated(text);
  ASSIGN_OR_RETURN(const ScannedTokens tokens, ScanTokens(text, terminated));
  const PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(terminated.c_str());
  std::unique_ptr<const PgQueryProtobufParseResult, void (*)(const PgQueryProtobufParseResult*)>
      free_parsed(&parsed, [](const PgQueryProtobufParseResult* result) {
        pg_query_free_protobuf_parse_result(*result);
      });
  if (parsed.error != nullptr) return FromError(text, *parsed.error);
  const ParsedTree tree(
      pg_query__parse_result__unpack(nullptr, parsed.parse_tree.len,
                                     reinterpret_cast<const uint8_t*>(parsed.parse_tree.data)),
      [](PgQuery__ParseResult* result) { pg_query__parse_result__free_unpacked(result, nullptr); });
  if (tree == nullptr) return absl::InternalError("libpg_query: its tree cannot be read");
  return ToSelect(*tree, Words(text, *tokens));
}

ParserPool& Pool() {
  static ParserPool* const pool = new ParserPool(ParseHere, kThreads, kPatience);
  return *pool;
}

}  // namespace

absl::StatusOr<Select> Parse(absl::string_view text, absl::string_view who) {
  if (text.size() > limits::kSqlBytes) {
    return RefuseAt(v1::SQL_TOO_LARGE, -1, "the question has ", text.size(), " bytes; at most ",
                    limits::kSqlBytes);
  }
  if (const size_t nul = text.find('\0'); nul != absl::string_view::npos) {
    return Unsupported(static_cast<int>(nul), "a NUL byte has no meaning here");
  }
  if (!Nfc(text).ok()) return Unsupported(-1, "the question is not UTF-8");
  RETURN_IF_ERROR(CheckOperatorRuns(text));
  return Pool().Parse(text, who);
}

}  // namespace commons::query::sql
