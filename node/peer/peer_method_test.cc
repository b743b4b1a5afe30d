#include "node/peer/peer_method.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace commons::node {
namespace {

// Names appear in logs and paths on the wire: each method has its own, and they agree.
TEST(PeerMethod, EveryMethodHasItsOwnPathThatEndsInItsName) {
  std::set<std::string> paths;
  for (size_t i = 0; i < kPeerMethods; ++i) {
    const auto method = static_cast<PeerMethod>(i);
    const std::string path = PeerMethodPath(method);
    EXPECT_TRUE(paths.insert(path).second) << path;
    EXPECT_TRUE(absl::EndsWith(path, absl::StrCat("/", PeerMethodName(method)))) << path;
  }
  EXPECT_STREQ(PeerMethodPath(PeerMethod::kPush), "/commons.v1.Exchange/Push");
  EXPECT_STREQ(PeerMethodPath(PeerMethod::kSeal), "/commons.v1.Aggregation/Seal");
}

}  // namespace
}  // namespace commons::node
