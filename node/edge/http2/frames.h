// Where the frames of an HTTP/2 connection begin and what they are (RFC 9113, 3.4 and 4.1). Nine
// bytes of each are looked at; payloads go by and nothing of them is kept.
#ifndef COMMONS_NODE_EDGE_HTTP2_FRAMES_H_
#define COMMONS_NODE_EDGE_HTTP2_FRAMES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace commons::node {

// RFC 9113, 6. Other values are frames of extensions.
enum class FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kReset = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoAway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};

inline constexpr uint8_t kFrameEndStream = 0x1;   // DATA, HEADERS
inline constexpr uint8_t kFrameAck = 0x1;         // SETTINGS, PING
inline constexpr uint8_t kFrameEndHeaders = 0x4;  // HEADERS, CONTINUATION
inline constexpr uint8_t kFramePadded = 0x8;      // DATA, HEADERS

struct FrameHead {
  uint32_t length = 0;  // of the payload, bytes
  FrameType type = FrameType::kData;
  uint8_t flags = 0;
  uint32_t stream = 0;

  bool Has(uint8_t flag) const { return (flags & flag) != 0; }
};

// Not thread-safe.
class Http2FrameReader {
 public:
  enum class From { kClient, kServer };  // a client's first bytes are the preface
  explicit Http2FrameReader(From from) : preface_(from == From::kClient ? 0 : kPrefaceBytes) {}

  // Calls `seen` for each head that ends in these bytes, however they were cut up. False when they
  // are no HTTP/2, or as soon as `seen` says so; then there is nothing more to be read.
  bool Read(absl::string_view bytes, absl::FunctionRef<bool(const FrameHead&)> seen);

 private:
  static constexpr size_t kPrefaceBytes = 24;
  static constexpr size_t kHeadBytes = 9;
  bool ReadPreface(absl::string_view& bytes);
  FrameHead Head() const;

  size_t preface_;  // bytes of it that came
  std::array<uint8_t, kHeadBytes> head_ = {};
  size_t in_head_ = 0;
  uint32_t payload_left_ = 0;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_HTTP2_FRAMES_H_
