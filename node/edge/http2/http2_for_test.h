// HTTP/2 frames of any kind, as an attacker makes them. Tests only.
#ifndef COMMONS_NODE_EDGE_HTTP2_HTTP2_FOR_TEST_H_
#define COMMONS_NODE_EDGE_HTTP2_HTTP2_FOR_TEST_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "node/edge/http2/frames.h"

namespace commons::node {

inline constexpr absl::string_view kClientPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

inline std::string Frame(FrameType type, uint8_t flags = 0, uint32_t stream = 0,
                         absl::string_view payload = "") {
  const auto byte = [](size_t value) { return std::string(1, static_cast<char>(value)); };
  const size_t size = payload.size();
  return absl::StrCat(byte(size >> 16), byte(size >> 8), byte(size),
                      byte(static_cast<size_t>(type)), byte(flags), byte(stream >> 24),
                      byte(stream >> 16), byte(stream >> 8), byte(stream), payload);
}

// A literal header without a name in the table (RFC 7541, 6.2.2).
inline std::string Header(absl::string_view name, absl::string_view value) {
  const auto text = [](absl::string_view of) {
    return absl::StrCat(std::string(1, static_cast<char>(of.size())), of);
  };
  return absl::StrCat(std::string(1, '\0'), text(name), text(value));
}

// The headers of a gRPC call; each text shorter than 127 bytes.
inline std::string CallHeaders(absl::string_view path) {
  return absl::StrCat(Header(":method", "POST"), Header(":scheme", "http"), Header(":path", path),
                      Header(":authority", "x"), Header("te", "trailers"),
                      Header("content-type", "application/grpc"));
}

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_HTTP2_HTTP2_FOR_TEST_H_
