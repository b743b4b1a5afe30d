#include "base/node_files.h"

#include <gtest/gtest.h>

namespace commons::node_files {
namespace {

// Directories of nodes that run, unit files and people's scripts know them.
TEST(NodeFiles, LieWhereEverybodyExpectsThem) {
  EXPECT_EQ(Path("/srv/tui", kConfig), "/srv/tui/node.toml");
  EXPECT_EQ(Path("/srv/tui", kCard), "/srv/tui/card.rule");
  EXPECT_EQ(Path("/srv/tui", kDatabase), "/srv/tui/db");
  EXPECT_EQ(Path("/srv/tui", kSocket), "/srv/tui/local.sock");
  EXPECT_EQ(Path("/srv/tui", kInbox, "visits.csv"), "/srv/tui/inbox/visits.csv");
  EXPECT_EQ(Path("/srv/tui", kOutbox), "/srv/tui/outbox");
  EXPECT_EQ(Path("/srv/tui", kPassphrase), "/srv/tui/keys/people/passphrase");
  EXPECT_EQ(MachineKey("/srv/tui", kNodeKey), "/srv/tui/keys/node.key");
  EXPECT_EQ(MachineKey("/srv/tui", kTlsKey), "/srv/tui/keys/tls.key");
  EXPECT_EQ(MachineKey("/srv/tui", kWitnessKey), "/srv/tui/keys/witness.key");
  EXPECT_EQ(MachineKey("/srv/tui", kStoreKey), "/srv/tui/keys/store.key");
  EXPECT_EQ(MachineKey("/srv/tui", kNoiseKey), "/srv/tui/keys/noise.key");
  EXPECT_EQ(PersonKey("/srv/tui", "board-1"), "/srv/tui/keys/people/board-1.key");
}

}  // namespace
}  // namespace commons::node_files
