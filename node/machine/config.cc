#include "node/machine/config.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "governance/document/text.h"

namespace commons::node {
namespace {

constexpr size_t kConfigBytes = 64 << 10;
constexpr size_t kEndpoints = 8;
constexpr std::array<const char*, 8> kKeys = {"name",      "listen",           "endpoints",
                                              "contact",   "sync_interval_ms", "cache_mib",
                                              "log_level", "http_proxy"};

// Reads typed values out of one table and remembers where in the file they stood.
class Reader {
 public:
  Reader(const toml::table& table, absl::string_view file) : table_(table), file_(file) {}

  absl::Status Error(uint32_t line, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(file_, ":", line, ": ", what));
  }
  absl::Status ErrorAt(const char* key, absl::string_view what) const {
    const toml::node* node = table_.get(key);
    return Error(node != nullptr ? node->source().begin.line : 1, absl::StrCat(key, ": ", what));
  }
  absl::Status RefuseUnknownKeys() const {
    const std::vector<std::string> known(kKeys.begin(), kKeys.end());
    for (const auto& [key, node] : table_) {
      const absl::string_view name(key.str().data(), key.str().size());
      if (std::find(known.begin(), known.end(), std::string(name)) == known.end()) {
        return Error(node.source().begin.line,
                     absl::StrCat("unknown key \"", name.substr(0, 64), "\"; did you mean \"",
                                  Nearest(name, known), "\"?"));
      }
    }
    return absl::OkStatus();
  }
  absl::Status Text(const char* key, std::string& out) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return absl::OkStatus();
    const auto* text = node->as_string();
    if (text == nullptr) return ErrorAt(key, "is not a text; put it in double quotes");
    if (text->get().size() > limits::kConfigTextBytes)
      return ErrorAt(key, "is longer than 512 bytes; shorten it");
    out = text->get();
    return absl::OkStatus();
  }
  absl::Status Texts(const char* key, std::vector<std::string>& out) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return absl::OkStatus();
    const toml::array* array = node->as_array();
    if (array == nullptr) return ErrorAt(key, "is not a list; write [\"host:port\"]");
    if (array->size() > kEndpoints) return ErrorAt(key, "has more than 8 entries; leave some out");
    for (const toml::node& element : *array) {
      const auto* text = element.as_string();
      if (text == nullptr || text->get().size() > limits::kConfigTextBytes) {
        return ErrorAt(key, "holds something that is not a short text; write [\"host:port\"]");
      }
      out.push_back(text->get());
    }
    return absl::OkStatus();
  }
  absl::Status Number(const char* key, int64_t low, int64_t high, int64_t& out) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return absl::OkStatus();
    const auto* number = node->as_integer();
    if (number == nullptr || number->get() < low || number->get() > high) {
      return ErrorAt(
          key, absl::StrCat("is not a whole number from ", low, " to ", high, "; choose one"));
    }
    out = number->get();
    return absl::OkStatus();
  }

 private:
  const toml::table& table_;
  absl::string_view file_;
};

absl::Status CheckValues(const Reader& reader, const Config& config) {
  if (config.name.empty()) {
    return reader.ErrorAt("name", "is missing or empty; write name = \"auckland\" for example");
  }
  if (!governance::IsShortName(config.name)) {
    return reader.ErrorAt(
        "name", "is not a short name; use 1 to 63 bytes without '/', not starting with '.' or '-'");
  }
  if (auto listen = ParseHostPort(config.listen); !listen.ok()) {
    return reader.ErrorAt("listen", absl::StrCat(listen.status().message(),
                                                 "; write \"127.0.0.1:7000\" for example"));
  }
  for (const std::string& endpoint : config.endpoints) {
    auto parsed = ParseHostPort(endpoint);
    if (!parsed.ok()) {
      return reader.ErrorAt("endpoints",
                            absl::StrCat(parsed.status().message(), "; write \"host:port\""));
    }
    if (parsed->port == 0) {
      return reader.ErrorAt("endpoints", "port 0 cannot be reached; name the port");
    }
  }
  static constexpr std::array<const char*, 4> kLevels = {"debug", "info", "warning", "error"};
  if (std::find(kLevels.begin(), kLevels.end(), config.log_level) == kLevels.end()) {
    return reader.ErrorAt(
        "log_level", absl::StrCat("is not a level; choose one of ", absl::StrJoin(kLevels, ", ")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Config> ParseConfig(absl::string_view text, absl::string_view file_name) {
  const toml::parse_result parsed = toml::parse(std::string_view(text.data(), text.size()));
  if (!parsed) {
    const auto what = parsed.error().description();
    return absl::InvalidArgumentError(
        absl::StrCat(file_name, ":", parsed.error().source().begin.line, ": ",
                     absl::string_view(what.data(), what.size()), "; mend the line"));
  }
  const Reader reader(parsed.table(), file_name);
  RETURN_IF_ERROR(reader.RefuseUnknownKeys());
  Config config;
  RETURN_IF_ERROR(reader.Text("name", config.name));
  RETURN_IF_ERROR(reader.Text("listen", config.listen));
  RETURN_IF_ERROR(reader.Text("contact", config.contact));
  if (!config.contact.empty()) {
    const absl::Status text = governance::CheckText(config.contact, limits::kConfigTextBytes);
    if (!text.ok()) return reader.ErrorAt("contact", text.message());
  }
  RETURN_IF_ERROR(reader.Text("log_level", config.log_level));
  RETURN_IF_ERROR(reader.Text("http_proxy", config.http_proxy));
  RETURN_IF_ERROR(reader.Texts("endpoints", config.endpoints));
  int64_t sync_interval_ms = absl::ToInt64Milliseconds(config.sync_interval);
  RETURN_IF_ERROR(reader.Number("sync_interval_ms", 50, 3600 * 1000, sync_interval_ms));
  config.sync_interval = absl::Milliseconds(sync_interval_ms);
  int64_t cache_mib = static_cast<int64_t>(config.cache_bytes >> 20);
  RETURN_IF_ERROR(reader.Number("cache_mib", 0, 1 << 20, cache_mib));
  config.cache_bytes = static_cast<size_t>(cache_mib) << 20;
  RETURN_IF_ERROR(CheckValues(reader, config));
  return config;
}

absl::StatusOr<Config> LoadConfig(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in && errno == ENOENT) {
    return absl::NotFoundError(
        absl::StrCat(path, ": is missing; make the directory with: commons node init"));
  }
  if (!in) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": cannot be read: ", std::strerror(errno),
                     "; run commonsd as the user whom the directory belongs to"));
  }
  std::string text(kConfigBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > kConfigBytes) {
    return absl::InvalidArgumentError(absl::StrCat(path, ":1: longer than 64 KiB; shorten it"));
  }
  return ParseConfig(text, path);
}

}  // namespace commons::node
