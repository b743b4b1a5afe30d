// "host:port", as people write addresses of nodes.
#ifndef COMMONS_BASE_TEXT_HOST_PORT_H_
#define COMMONS_BASE_TEXT_HOST_PORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace commons {

struct HostPort {
  std::string host;  // without brackets
  int port = 0;

  // Every address of the machine: to listen on, not to be reached at.
  bool IsWildcard() const { return host == "0.0.0.0" || host == "::"; }
};

// "host:port" or "[v6]:port", port 0 to 65535; kInvalidArgument otherwise. Looks nothing up.
absl::StatusOr<HostPort> ParseHostPort(absl::string_view text);

}  // namespace commons

#endif  // COMMONS_BASE_TEXT_HOST_PORT_H_
