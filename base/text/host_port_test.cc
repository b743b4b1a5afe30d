#include "base/text/host_port.h"

#include "gtest/gtest.h"

namespace commons {
namespace {

TEST(HostPort, IsANameOrAddressWithAPort) {
  EXPECT_EQ(ParseHostPort("[::1]:7000")->host, "::1");
  EXPECT_TRUE(ParseHostPort("[::]:7000")->IsWildcard());
  EXPECT_TRUE(ParseHostPort("0.0.0.0:7000")->IsWildcard());
  EXPECT_FALSE(ParseHostPort("127.0.0.1:7000")->IsWildcard());
  EXPECT_EQ(ParseHostPort("node-1.example.nz:65535")->port, 65535);
  for (const char* bad : {"", ":", "host", "host:", ":1", "host:65536", "host:-1", "::1:70",
                          "a b:1", "unix:/x:1", "[::1:1", "host:1x"}) {
    EXPECT_FALSE(ParseHostPort(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace commons
