#include "query/sql/parse.h"

#include <pg_query.h>
#include <pthread.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "query/sql/refuse.h"
#include "query/sql/tree.h"

namespace commons::query::sql {
namespace {

constexpr size_t kStackBytes = size_t{64} << 20;

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
  return Unsupported(ByteOffset(text, error.cursorpos), error.message);
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

// The one thread that parses, for as long as the process lives: libpg_query takes a pthread key for
// every thread that ever parsed and gives none back, and a process has 1,024.
class ParserThread {
 public:
  static ParserThread& Get() {
    static ParserThread* const parser = new ParserThread;
    return *parser;
  }

  absl::StatusOr<Select> Parse(absl::string_view text) {
    const std::lock_guard<std::mutex> turn(turn_);
    std::unique_lock<std::mutex> lock(mutex_);
    if (!started_) RETURN_IF_ERROR(Start());
    text_ = text;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !text_.has_value(); });
    return std::move(result_);
  }

 private:
  absl::Status Start() {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    const int error = pthread_create(
        &thread, &attributes,
        [](void* parser) -> void* {
          static_cast<ParserThread*>(parser)->Loop();
          return nullptr;
        },
        this);
    pthread_attr_destroy(&attributes);
    if (error != 0) return absl::ResourceExhaustedError("no thread to parse the question on");
    started_ = true;
    return absl::OkStatus();
  }

  [[noreturn]] void Loop() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return text_.has_value(); });
      result_ = ParseHere(*text_);
      text_.reset();
      changed_.notify_all();
    }
  }

  std::mutex turn_;  // one question at a time; each takes well under a millisecond
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  std::optional<absl::string_view> text_;
  absl::StatusOr<Select> result_ = absl::UnknownError("not parsed");
};

}  // namespace

absl::StatusOr<Select> Parse(absl::string_view text) {
  if (text.size() > limits::kSqlBytes) {
    return RefuseAt(v1::SQL_TOO_LARGE, -1, "the question has ", text.size(), " bytes; at most ",
                    limits::kSqlBytes);
  }
  if (const size_t nul = text.find('\0'); nul != absl::string_view::npos) {
    return Unsupported(static_cast<int>(nul), "a NUL byte has no meaning here");
  }
  if (!Nfc(text).ok()) return Unsupported(-1, "the question is not UTF-8");
  return ParserThread::Get().Parse(text);
}

}  // namespace commons::query::sql
