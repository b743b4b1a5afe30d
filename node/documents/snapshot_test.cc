// What a node knows, from registers and heads alone: no disk, no network.
#include "node/documents/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "governance/fold/fold.h"
#include "governance/testing/commons_for_test.h"

namespace commons::node {
namespace {

using governance::TestCommons;
using testing::ElementsAre;
using testing::Key;
using testing::UnorderedElementsAre;

Known KnownTo(const TestCommons& commons, const OrgId& org) {
  return {org,
          commons.commons_id,
          std::nullopt,
          {},
          std::make_shared<const governance::Register>(commons.Fold())};
}

// Before any log has come.
Known NothingKnownTo(const TestCommons& commons, const OrgId& org) {
  Known known = KnownTo(commons, org);
  known.reg =
      std::make_shared<const governance::Register>(governance::FoldLogs({}, commons.commons_id));
  return known;
}

TEST(Snapshot, PeersAreTheOthersAndStandAsTheCharterDoes) {
  TestCommons commons(TestCommons::Options{});
  commons.Push(commons.orgs[0].id, commons.charter);
  const OrgId& own = commons.orgs[0].id;
  const Snapshot before = Snapshot::Of(KnownTo(commons, own));
  ASSERT_EQ(before.peers.size(), 2u);
  for (const Peer& peer : before.peers) {
    EXPECT_NE(peer.address.org, own);
    EXPECT_EQ(peer.standing, Standing::kFounder);
    EXPECT_EQ(before.standing.at(peer.address.tls_key), Standing::kFounder);
  }
  for (const auto& org : commons.orgs) commons.Approve(org, 1, governance::IdOf(commons.charter));
  const Snapshot after = Snapshot::Of(KnownTo(commons, own));
  EXPECT_EQ(after.standing.at(commons.orgs[1].tls->public_key()), Standing::kMember);
  EXPECT_EQ(after.standing.count(commons.orgs[0].tls->public_key()), 0u) << "not its own";
  EXPECT_EQ(after.standing.count(commons.orgs[1].node->public_key()), 0u) << "the key of TLS only";
}

TEST(Snapshot, WithoutACommonsThereAreNoPeers) {
  TestCommons commons(TestCommons::Options{});
  commons.Found();
  Known known = KnownTo(commons, commons.orgs[0].id);
  known.commons.reset();
  EXPECT_TRUE(Snapshot::Of(known).peers.empty());
}

TEST(Snapshot, HeadsAreThoseOfMembersAndOfThisNode) {
  TestCommons commons(TestCommons::Options{.orgs = 2});
  const governance::TestOrg own = commons.NewOrg("own"), stranger = commons.NewOrg("stranger");
  commons.Found();
  Known known = KnownTo(commons, own.id);
  for (const OrgId& org : {own.id, stranger.id, commons.orgs[0].id, commons.orgs[1].id}) {
    known.heads[org].size = 1;
  }
  const Snapshot now = Snapshot::Of(known);
  EXPECT_THAT(now.heads,
              UnorderedElementsAre(Key(own.id), Key(commons.orgs[0].id), Key(commons.orgs[1].id)));
  EXPECT_EQ(now.heads_hash, governance::HashOfHeads(now.heads));
}

v1::Invitation InvitationBy(const TestCommons& commons, const governance::TestOrg& host,
                            uint64_t version) {
  v1::Invitation invitation;
  *invitation.mutable_charter() = commons.charter;
  invitation.set_version(version);
  auto& address = *invitation.add_addresses();
  address.set_endpoint("host.example.nz:7000");
  address.set_org_id(host.id.ToBytes());
  address.set_tls_key(host.tls->public_key().ToBytes());
  return invitation;
}

TEST(Snapshot, AnInvitationNamesAPeerUntilItsCardIsKnown) {
  TestCommons commons(TestCommons::Options{});
  const governance::TestOrg& host = commons.orgs[1];
  Known known = NothingKnownTo(commons, commons.orgs[0].id);
  known.invitation = InvitationBy(commons, host, 1);
  Snapshot now = Snapshot::Of(known);
  ASSERT_EQ(now.peers.size(), 1u);
  EXPECT_EQ(now.peers[0].standing, Standing::kInvited);
  EXPECT_EQ(now.peers[0].name, host.id.ToHex().substr(0, 12));
  EXPECT_THAT(now.peers[0].address.endpoints, ElementsAre("host.example.nz:7000"));
  EXPECT_TRUE(now.joining);

  commons.Found();
  known.reg = std::make_shared<const governance::Register>(commons.Fold());
  now = Snapshot::Of(known);
  ASSERT_EQ(now.peers.size(), 2u);
  EXPECT_EQ(now.standing.at(host.tls->public_key()), Standing::kMember);
  EXPECT_FALSE(now.joining);
  for (const Peer& peer : now.peers) {
    // Its node info has not come: the invitation still says where it is.
    EXPECT_EQ(peer.address.endpoints.size(), peer.address.org == host.id ? 1u : 0u);
  }
  // To a version of the rules that has not been reached.
  known.invitation = InvitationBy(commons, host, 2);
  EXPECT_TRUE(Snapshot::Of(known).joining);
}

// Whoever may have written the invitation can't redirect a member's connection to another key.
TEST(Snapshot, AnInvitationWithAnotherKeyIsNotFollowed) {
  TestCommons commons(TestCommons::Options{});
  commons.Found();
  Known known = KnownTo(commons, commons.orgs[0].id);
  known.invitation = InvitationBy(commons, commons.orgs[1], 1);
  known.invitation->mutable_addresses(0)->set_tls_key(std::string(32, 'x'));
  for (const Peer& peer : Snapshot::Of(known).peers) {
    EXPECT_TRUE(peer.address.endpoints.empty()) << peer.name;
  }
}

TEST(Snapshots, TheLatestIsSeenAndEarlierOnesStayAsTheyWere) {
  TestCommons commons(TestCommons::Options{});
  const OrgId& own = commons.orgs[0].id;
  Snapshots snapshots;
  EXPECT_EQ(snapshots.latest(), nullptr);
  snapshots.Publish(Snapshot::Of(NothingKnownTo(commons, own)));
  const StandingOf standing_of = snapshots.standing_of();
  const PublicKey other = commons.orgs[1].tls->public_key();
  EXPECT_EQ(standing_of(other), Standing::kUnknown);
  const auto before = snapshots.latest();
  commons.Found();
  snapshots.Publish(Snapshot::Of(KnownTo(commons, own)));
  EXPECT_EQ(standing_of(other), Standing::kMember);
  EXPECT_TRUE(before->peers.empty());
}

}  // namespace
}  // namespace commons::node
