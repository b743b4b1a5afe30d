// Structured log to stderr, one line an event: time=... level=... event=... key=value ... Values
// are names, counts, ids and reasons; never a value of a row, and no SQL above debug. Thread-safe.
// A reader that stands still holds nobody up: lines are dropped, and counted in a later one.
#ifndef COMMONS_NODE_LOG_LOG_H_
#define COMMONS_NODE_LOG_LOG_H_

#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace commons::node {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogField {
  LogField(absl::string_view key, const absl::AlphaNum& value) : key(key), value(value.Piece()) {}
  absl::string_view key;
  std::string value;
};
using LogFields = std::initializer_list<LogField>;

// level: debug | info | warning | error; anything else is info. Also takes over gRPC's own log,
// whose errors become warnings here, so many a minute, and whose debug lines go.
void SetUpLog(absl::string_view level);
void Log(LogLevel level, absl::string_view event, LogFields fields = {});

inline void LogInfo(absl::string_view event, LogFields fields = {}) {
  Log(LogLevel::kInfo, event, fields);
}
inline void LogWarning(absl::string_view event, LogFields fields = {}) {
  Log(LogLevel::kWarning, event, fields);
}

// While one lives, what gRPC logs on this thread is dropped: the caller reports the error itself.
class QuietGrpc {
 public:
  QuietGrpc();
  ~QuietGrpc();
  QuietGrpc(const QuietGrpc&) = delete;
  QuietGrpc& operator=(const QuietGrpc&) = delete;
};

// "event=import dataset=\"covid cases\" epoch=3": values are bare when made of harmless characters,
// else quoted and escaped, so that one event is one line whatever a peer called itself.
std::string FormatEvent(absl::string_view event, LogFields fields);

}  // namespace commons::node

#endif  // COMMONS_NODE_LOG_LOG_H_
