#include "node/log/log.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "node/log/bounded_writer.h"
#include "node/log/log_limit.h"

namespace commons::node {
namespace {

constexpr size_t kValueBytes = 512;
constexpr uint64_t kGrpcLinesAMinute = 20;  // strangers can cause them

thread_local int quiet = 0;

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Standard error, which whoever reads it can't hold up: lines that it does not take are counted,
// and the next that it takes comes after one that says how many.
class StderrSink : public spdlog::sinks::base_sink<std::mutex> {
 private:
  void sink_it_(const spdlog::details::log_msg& msg) override {
    if (dropped_ > 0 && Write({msg.logger_name, spdlog::level::warn,
                               FormatEvent("log_lines_dropped", {{"count", dropped_}})})) {
      dropped_ = 0;
    }
    if (dropped_ > 0 || !Write(msg)) ++dropped_;
  }
  void flush_() override {}
  bool Write(const spdlog::details::log_msg& msg) {
    spdlog::memory_buf_t line;
    formatter_->format(msg, line);
    return writer_.Write({line.data(), line.size()});
  }

  BoundedWriter writer_{STDERR_FILENO};
  uint64_t dropped_ = 0;
};

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("commonsd", std::make_shared<StderrSink>());
    made->set_pattern("time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *logger;
}

void FromGrpc(gpr_log_func_args* args) {
  if (args->severity == GPR_LOG_SEVERITY_DEBUG || quiet > 0) return;
  if (args->severity != GPR_LOG_SEVERITY_ERROR) {
    Log(LogLevel::kDebug, "grpc", {{"message", args->message}});
    return;
  }
  static LogLimit limit(kGrpcLinesAMinute);
  const auto left_out = limit.Admit(absl::Now());
  if (!left_out.has_value()) return;
  Log(LogLevel::kWarning, "grpc", {{"message", args->message}, {"left_out", *left_out}});
}

bool IsBare(absl::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '/';
  });
}

}  // namespace

void SetUpLog(absl::string_view level) {
  Logger().set_level(level == "debug"     ? spdlog::level::debug
                     : level == "warning" ? spdlog::level::warn
                     : level == "error"   ? spdlog::level::err
                                          : spdlog::level::info);
  gpr_set_log_function(FromGrpc);
  // Parse errors would print parts of a message.
  google::protobuf::SetLogHandler(nullptr);
}

void Log(LogLevel level, absl::string_view event, LogFields fields) {
  if (!Logger().should_log(ToSpdlog(level))) return;
  Logger().log(ToSpdlog(level), FormatEvent(event, fields));
}

QuietGrpc::QuietGrpc() { ++quiet; }
QuietGrpc::~QuietGrpc() { --quiet; }

std::string FormatEvent(absl::string_view event, LogFields fields) {
  std::string line = absl::StrCat("event=", event);
  for (const LogField& field : fields) {
    const absl::string_view value = absl::string_view(field.value).substr(0, kValueBytes);
    if (IsBare(value)) {
      absl::StrAppend(&line, " ", field.key, "=", value);
    } else {
      // Within double quotes an apostrophe needs no escape, and people copy paths and words.
      const std::string text = absl::StrReplaceAll(absl::Utf8SafeCEscape(value), {{"\\'", "'"}});
      absl::StrAppend(&line, " ", field.key, "=\"", text, "\"");
    }
  }
  return line;
}

}  // namespace commons::node
