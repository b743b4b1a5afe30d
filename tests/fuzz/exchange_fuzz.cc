// Heads and pages from a peer: no crash, and a refused page leaves the tree as it was.
#include <cstdint>
#include <cstdlib>

#include "governance/exchange/exchange.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace commons;
  v1::CompareReply reply;
  if (reply.ParseFromArray(data, static_cast<int>(size))) {
    if (const auto heads = governance::HeadsFromWire(reply.heads()); heads.ok()) {
      const auto diff = governance::Diff({}, *heads);
      if (!diff.forked.empty() || !diff.push.empty()) std::abort();
      governance::HashOfHeads(*heads);
    }
  }
  v1::LogPage page;
  if (page.ParseFromArray(data, static_cast<int>(size))) {
    crypto::MerkleTree tree;
    const bool accepted = governance::AcceptPage(page, tree, nullptr).ok();
    if (accepted ? tree.size() == 0 : tree.size() != 0) std::abort();
  }
  return 0;
}
