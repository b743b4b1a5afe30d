#include "node/edge/http2/frames.h"

#include <algorithm>

namespace commons::node {
namespace {

constexpr absl::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

}  // namespace

bool Http2FrameReader::ReadPreface(absl::string_view& bytes) {
  const size_t size = std::min(bytes.size(), kPrefaceBytes - preface_);
  if (kPreface.substr(preface_, size) != bytes.substr(0, size)) return false;
  preface_ += size;
  bytes.remove_prefix(size);
  return true;
}

FrameHead Http2FrameReader::Head() const {
  const auto number = [this](size_t at, size_t bytes) {
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; ++i) value = value << 8 | head_[at + i];
    return value;
  };
  // The first bit of the stream's number is reserved, to be ignored.
  return {number(0, 3), static_cast<FrameType>(head_[3]), head_[4], number(5, 4) & 0x7fffffff};
}

bool Http2FrameReader::Read(absl::string_view bytes,
                            absl::FunctionRef<bool(const FrameHead&)> seen) {
  if (!ReadPreface(bytes)) return false;
  while (!bytes.empty()) {
    if (payload_left_ > 0) {
      const size_t size = std::min<size_t>(bytes.size(), payload_left_);
      payload_left_ -= static_cast<uint32_t>(size);
      bytes.remove_prefix(size);
      continue;
    }
    const size_t size = std::min(bytes.size(), kHeadBytes - in_head_);
    std::copy_n(bytes.begin(), size, head_.begin() + in_head_);
    in_head_ += size;
    bytes.remove_prefix(size);
    if (in_head_ < kHeadBytes) break;
    in_head_ = 0;
    const FrameHead head = Head();
    payload_left_ = head.length;
    if (!seen(head)) return false;
  }
  return true;
}

}  // namespace commons::node
