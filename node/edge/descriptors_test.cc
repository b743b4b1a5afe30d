#include "node/edge/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/limits.h"
#include "gtest/gtest.h"

namespace commons::node {
namespace {

TEST(Descriptors, NeverPromiseMoreConnectionsThanTheyCover) {
  EXPECT_EQ(PeerConnectionsFor(DescriptorsWanted()), limits::kPeerConnections);
  EXPECT_EQ(PeerConnectionsFor(1 << 20), limits::kPeerConnections);
  EXPECT_EQ(PeerConnectionsFor(1024), 64u);
  EXPECT_EQ(PeerConnectionsFor(0), 8u);
  EXPECT_LE(DescriptorsWanted(), 4096u) << "LimitNOFILE of deploy/commonsd.service";
}

TEST(Descriptors, TheSoftLimitIsRaisedAsFarAsNeeded) {
  rlimit before = {};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few = {256, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  EXPECT_EQ(RaiseDescriptorLimit(), std::min<size_t>(DescriptorsWanted(), before.rlim_max));
  EXPECT_EQ(RaiseDescriptorLimit(), std::min<size_t>(DescriptorsWanted(), before.rlim_max));
  setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace commons::node
