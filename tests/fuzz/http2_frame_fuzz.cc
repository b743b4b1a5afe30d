// The frames of a member's connection. Each input is read whole and byte by byte: the same heads
// must be found; and the meter, fed in pieces whose sizes the input says, must let go of all it
// counted.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "node/edge/http2/meter.h"

namespace {

using namespace commons;
using node::FrameHead;
using node::Http2FrameReader;

std::vector<FrameHead> Heads(absl::string_view bytes, size_t piece, bool& read) {
  std::vector<FrameHead> heads;
  Http2FrameReader reader(Http2FrameReader::From::kServer);
  read = true;
  for (; !bytes.empty() && read; bytes.remove_prefix(std::min(piece, bytes.size()))) {
    read = reader.Read(bytes.substr(0, piece), [&](const FrameHead& head) {
      heads.push_back(head);
      return true;
    });
  }
  return heads;
}

bool Same(const FrameHead& a, const FrameHead& b) {
  return a.length == b.length && a.type == b.type && a.flags == b.flags && a.stream == b.stream;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = 1 + data[0] % 32;
  absl::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  bool whole = false, cut = false;
  const auto once = Heads(input, input.size() + 1, whole);
  const auto pieces = Heads(input, piece, cut);
  if (whole != cut || !std::equal(once.begin(), once.end(), pieces.begin(), pieces.end(), Same)) {
    std::abort();
  }
  absl::Time now = absl::UnixEpoch();
  node::KeyMeter key(now);
  {
    node::Http2Meter meter(&key);
    (void)meter.FromClient("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", now);
    for (bool server = false; !input.empty(); input.remove_prefix(std::min(piece, input.size()))) {
      const absl::Status said = server ? meter.FromServer(input.substr(0, piece))
                                       : meter.FromClient(input.substr(0, piece), now);
      if (!said.ok()) break;
      server = !server;
      now += absl::Milliseconds(10);
    }
  }
  if (key.open_calls() != 0 || key.open_bytes() != 0) std::abort();
  return 0;
}
