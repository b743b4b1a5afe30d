// Threads with a stack large enough to parse on, and a limit on how long a question may take there.
#ifndef COMMONS_QUERY_SQL_PARSE_PARSER_POOL_H_
#define COMMONS_QUERY_SQL_PARSE_PARSER_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

// Thread-safe. Lives as long as the process, as its threads do: libpg_query takes a pthread key for
// every thread that ever parsed and gives none back, and a process has 1,024.
class ParserPool {
 public:
  // Called on the threads of the pool, several at a time.
  using Parser = std::function<absl::StatusOr<Select>(absl::string_view text)>;

  // Starts up to `threads`, when they are needed. `patience` is for waiting and parsing together.
  ParserPool(Parser parser, size_t threads, absl::Duration patience)
      : parser_(std::move(parser)), threads_(threads), patience_(patience) {}
  ParserPool(const ParserPool&) = delete;
  ParserPool& operator=(const ParserPool&) = delete;

  // `who` asks has one thread at a time, so that others find one. Refusals beside the parser's:
  // SQL_TOO_LARGE when parsing takes longer than the patience (it goes on, and its result is lost),
  // BUSY when the turn did not come in that time.
  absl::StatusOr<Select> Parse(absl::string_view text, absl::string_view who);

 private:
  struct Job {
    std::string text, who;
    bool begun = false;
    std::optional<absl::StatusOr<Select>> result;
  };

  absl::Status StartThread();
  [[noreturn]] void Loop();
  // The first whose asker has no thread yet; nullptr: none.
  std::shared_ptr<Job> TakeJob();

  const Parser parser_;
  const size_t threads_;
  const absl::Duration patience_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Under mutex_.
  size_t started_ = 0;
  size_t idle_ = 0;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::set<std::string> parsing_;  // for whom
};

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_PARSE_PARSER_POOL_H_
