#include "node/peer/peer_method.h"

namespace commons::node {
namespace {

struct Names {
  const char* name;
  const char* path;
};

// In the order of PeerMethod.
constexpr Names kNames[kPeerMethods] = {
    {"Compare", "/commons.v1.Exchange/Compare"},    {"Pull", "/commons.v1.Exchange/Pull"},
    {"Push", "/commons.v1.Exchange/Push"},          {"Preview", "/commons.v1.Aggregation/Preview"},
    {"Propose", "/commons.v1.Aggregation/Propose"}, {"Seal", "/commons.v1.Aggregation/Seal"},
    {"Submit", "/commons.v1.Aggregation/Submit"},   {"Publish", "/commons.v1.Aggregation/Publish"},
};

}  // namespace

const char* PeerMethodName(PeerMethod method) { return kNames[static_cast<size_t>(method)].name; }
const char* PeerMethodPath(PeerMethod method) { return kNames[static_cast<size_t>(method)].path; }

bool MayComeTwice(PeerMethod method) {
  return method != PeerMethod::kPropose && method != PeerMethod::kPublish;
}

}  // namespace commons::node
