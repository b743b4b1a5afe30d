#include "node/edge/http2/meter.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace commons::node {
namespace {

constexpr uint32_t kCrumbBytes = 1024;
constexpr uint32_t kControlBytes = 1024;  // of one frame that is neither headers nor data

struct KindRow {
  const char* name;
  TokenBucket::Allowance allowance;
};

// Several times what gRPC's own client was seen to send at its busiest (docs/performance.md). Calls
// are cancelled when their time is up: after a break of the network by the hundred at once, and
// each takes a thread for a moment.
constexpr std::array<KindRow, kFrameKinds> kKinds = {{
    {"calls", {8000, 4000}},
    {"cancelled calls", {128, 16}},
    {"pings", {400, 40}},
    {"settings", {400, 40}},
    {"window updates", {16000, 8000}},
    {"crumbs of messages", {2000, 200}},
    {"odd frames", {100, 10}},
    {"small records of TLS", {8000, 2000}},
}};

const KindRow& RowOf(FrameKind kind) { return kKinds[static_cast<size_t>(kind)]; }

absl::Status TooMany(absl::string_view what) {
  return absl::ResourceExhaustedError(absl::StrCat("too many ", what));
}

FrameKind KindOf(const FrameHead& frame) {
  if (frame.Has(kFramePadded) &&
      (frame.type == FrameType::kData || frame.type == FrameType::kHeaders)) {
    return FrameKind::kOthers;
  }
  switch (frame.type) {
    case FrameType::kHeaders:
      return FrameKind::kCalls;
    case FrameType::kReset:
      return FrameKind::kResets;
    case FrameType::kPing:
      return FrameKind::kPings;
    case FrameType::kSettings:
      return FrameKind::kSettings;
    case FrameType::kWindowUpdate:
      return FrameKind::kWindows;
    case FrameType::kData:
      return FrameKind::kCrumbs;
    case FrameType::kPriority:
    case FrameType::kPushPromise:
    case FrameType::kGoAway:
    case FrameType::kContinuation:
      break;
  }
  return FrameKind::kOthers;
}

template <size_t... kind>
std::array<TokenBucket, sizeof...(kind)> FullBuckets(absl::Time now, std::index_sequence<kind...>) {
  return {TokenBucket(kKinds[kind].allowance, now)...};
}

}  // namespace

KeyMeter::KeyMeter(absl::Time now)
    : left_(FullBuckets(now, std::make_index_sequence<kFrameKinds>())) {}

absl::Status KeyMeter::Take(FrameKind kind, absl::Time now, uint64_t amount) {
  return left_[static_cast<size_t>(kind)].Take(amount, now) ? absl::OkStatus()
                                                            : TooMany(RowOf(kind).name);
}

Http2Meter::~Http2Meter() {
  while (!calls_.empty()) EndCall(calls_.begin()->first);
}

absl::Status Http2Meter::FromClient(absl::string_view bytes, absl::Time now) {
  absl::Status status;
  const bool read = from_client_.Read(bytes, [&](const FrameHead& frame) {
    status = Count(frame, now);
    return status.ok();
  });
  return read || !status.ok() ? status : absl::ResourceExhaustedError("not HTTP/2");
}

absl::Status Http2Meter::FromServer(absl::string_view bytes) {
  const bool read = from_server_.Read(bytes, [&](const FrameHead& frame) {
    const bool ends = frame.type == FrameType::kReset ||
                      ((frame.type == FrameType::kHeaders || frame.type == FrameType::kData) &&
                       frame.Has(kFrameEndStream));
    if (ends) EndCall(frame.stream);
    return true;
  });
  return read ? absl::OkStatus() : absl::InternalError("the server speaks no HTTP/2");
}

absl::Time Http2Meter::oldest_call() const {
  return calls_.empty() ? absl::InfiniteFuture() : calls_.begin()->second.began;
}

// Data that fills a frame costs as much to send as to take, and each open call has one last piece.
bool Http2Meter::IsCounted(const FrameHead& frame) {
  if (frame.type != FrameType::kData || frame.Has(kFramePadded)) return true;
  const auto call = calls_.find(frame.stream);
  if (call == calls_.end()) return true;
  if (frame.length >= kCrumbBytes) return false;
  if (frame.length == 0 || !frame.Has(kFrameEndStream)) return true;
  return std::exchange(call->second.said_all, true);
}

absl::Status Http2Meter::Count(const FrameHead& frame, absl::Time now) {
  if (IsCounted(frame)) RETURN_IF_ERROR(key_->Take(KindOf(frame), now));
  switch (frame.type) {
    case FrameType::kData:
      return AddData(frame);
    case FrameType::kHeaders:
      block_bytes_ = 0;
      RETURN_IF_ERROR(CountHeaderBlock(frame));
      return OpenCall(frame.stream, now);
    case FrameType::kContinuation:
      return CountHeaderBlock(frame);
    case FrameType::kReset:
      EndCall(frame.stream);
      break;
    default:
      break;
  }
  if (frame.length > kControlBytes) return TooMany("bytes in a frame that needs few");
  return absl::OkStatus();
}

absl::Status Http2Meter::CountHeaderBlock(const FrameHead& frame) {
  // gRPC reads a block again from its beginning until all of it is there.
  block_bytes_ += frame.length;
  return block_bytes_ > limits::kHeaderBlockBytes ? TooMany("bytes of headers") : absl::OkStatus();
}

absl::Status Http2Meter::OpenCall(uint32_t stream, absl::Time now) {
  if (stream <= newest_stream_) return absl::OkStatus();  // trailers, or gRPC refuses it
  newest_stream_ = stream;
  if (key_->calls_ >= limits::kPeerCallsOpenEach) return TooMany("calls at once");
  calls_[stream].began = now;
  ++key_->calls_;
  return absl::OkStatus();
}

absl::Status Http2Meter::AddData(const FrameHead& frame) {
  const auto call = calls_.find(frame.stream);
  if (call == calls_.end()) return absl::OkStatus();
  call->second.bytes += frame.length;
  key_->bytes_ += frame.length;
  return key_->bytes_ > limits::kPeerBytesOpenEach ? TooMany("bytes of messages at once")
                                                   : absl::OkStatus();
}

void Http2Meter::EndCall(uint32_t stream) {
  const auto call = calls_.find(stream);
  if (call == calls_.end()) return;
  --key_->calls_;
  key_->bytes_ -= call->second.bytes;
  calls_.erase(call);
}

}  // namespace commons::node
