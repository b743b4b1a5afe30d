// Counts what a client makes of an HTTP/2 connection before gRPC sees it, and says when to cut: a
// transport does work for every frame, and only calls that reach a handler are counted there.
#ifndef COMMONS_NODE_EDGE_HTTP2_METER_H_
#define COMMONS_NODE_EDGE_HTTP2_METER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/quota.h"
#include "node/edge/http2/frames.h"

namespace commons::node {

// What frames are counted as.
enum class FrameKind {
  kCalls,     // HEADERS
  kResets,    // RST_STREAM
  kPings,     // PING, answers to ours too
  kSettings,  // SETTINGS, answers to ours too
  kWindows,   // WINDOW_UPDATE
  kCrumbs,    // DATA of less than 1 KiB that does not end its message, or of no open call
  kOthers,    // CONTINUATION, PRIORITY, GOAWAY, padding, extensions
  kRecords,   // TLS records of less than 1 KiB, which may hold no frame at all
};
inline constexpr size_t kFrameKinds = 8;

// What all connections of one key may do together, so that more connections are no more frames.
// Not thread-safe; outlives the meters of its connections.
class KeyMeter {
 public:
  explicit KeyMeter(absl::Time now);
  // OK, or which kind there are too many of.
  absl::Status Take(FrameKind kind, absl::Time now, uint64_t amount = 1);
  size_t open_calls() const { return calls_; }
  size_t open_bytes() const { return bytes_; }  // of the messages of open calls

 private:
  friend class Http2Meter;
  std::array<TokenBucket, kFrameKinds> left_;
  size_t calls_ = 0;
  size_t bytes_ = 0;
};

// One connection. A status that is not OK says in plain words why the connection must be cut, and
// nothing of those bytes may be passed on. Not thread-safe.
class Http2Meter {
 public:
  explicit Http2Meter(KeyMeter* key) : key_(key) {}
  ~Http2Meter();
  Http2Meter(const Http2Meter&) = delete;
  Http2Meter& operator=(const Http2Meter&) = delete;

  // In the order in which they came. kResourceExhausted.
  absl::Status FromClient(absl::string_view bytes, absl::Time now);
  // Small TLS records in which it came, or in which nothing came. kResourceExhausted.
  absl::Status SmallRecords(uint64_t records, absl::Time now) {
    return records == 0 ? absl::OkStatus() : key_->Take(FrameKind::kRecords, now, records);
  }
  // What goes back ends calls. Always OK while the server is one.
  absl::Status FromServer(absl::string_view bytes);
  // When the oldest call began that neither side has ended; InfiniteFuture: none.
  absl::Time oldest_call() const;

 private:
  struct Call {
    absl::Time began;
    size_t bytes = 0;
    bool said_all = false;
  };
  bool IsCounted(const FrameHead& frame);
  absl::Status Count(const FrameHead& frame, absl::Time now);
  absl::Status CountHeaderBlock(const FrameHead& frame);
  absl::Status OpenCall(uint32_t stream, absl::Time now);
  absl::Status AddData(const FrameHead& frame);
  void EndCall(uint32_t stream);

  KeyMeter* const key_;
  Http2FrameReader from_client_{Http2FrameReader::From::kClient};
  Http2FrameReader from_server_{Http2FrameReader::From::kServer};
  std::map<uint32_t, Call> calls_;  // by stream: the first is the oldest
  uint32_t newest_stream_ = 0;
  size_t block_bytes_ = 0;  // of the header block that is being sent
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_HTTP2_METER_H_
