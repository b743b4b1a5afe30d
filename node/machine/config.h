// node.toml: what the person who runs the machine decides. What the organisation decides is in
// signed documents, never here. docs/operating/configuration.md describes every key.
#ifndef COMMONS_NODE_MACHINE_CONFIG_H_
#define COMMONS_NODE_MACHINE_CONFIG_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/text/host_port.h"

namespace commons::node {

struct Config {
  std::string name;                    // the organisation's short name
  std::string listen;                  // "host:port" for peers; port 0: any free one
  std::vector<std::string> endpoints;  // where peers reach this node; empty: `listen`
  std::string contact;                 // for people and complaints
  absl::Duration sync_interval = absl::Seconds(5);
  size_t cache_bytes = size_t{64} << 20;  // decrypted column chunks
  std::string log_level = "info";         // debug | info | warning | error
  std::string http_proxy;                 // "": none, whatever the environment says
};

// `file_name` is for messages only. kInvalidArgument, one line: "node.toml:LINE: what; what to do".
// Unknown keys are refused with the nearest known one.
absl::StatusOr<Config> ParseConfig(absl::string_view text, absl::string_view file_name);
// kNotFound when there is no such file, kFailedPrecondition when it may not be read.
absl::StatusOr<Config> LoadConfig(const std::string& path);

}  // namespace commons::node

#endif  // COMMONS_NODE_MACHINE_CONFIG_H_
