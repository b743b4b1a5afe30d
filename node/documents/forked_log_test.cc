// A member that shows two histories of its log to two others. Seen to go unnoticed while logs of
// the same size with other roots were passed over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/documents/comparing.h"
#include "node/documents/federation_for_test.h"

namespace commons::node {
namespace {

class ForkedLog : public testing::Test {
 protected:
  // One rule to `a`, another to `b`, each validly signed as what follows in the log.
  void ShowTwoFaces() {
    ASSERT_TRUE(all.a.Accept({all.c.PageBehindOwnLog({all.c.Policy("one")})}).changed);
    ASSERT_TRUE(all.b.Accept({all.c.PageBehindOwnLog({all.c.Policy("two")})}).changed);
    all.clock.Advance(absl::Seconds(1));
  }
  bool Forked(const TestOrg& at) const { return at.reg().FindMember(all.c.id)->forked; }
  const Peer& PeerOf(const TestOrg& at, const OrgId& other) const {
    peers_ = at.book->snapshot()->peers;
    for (const Peer& peer : peers_) {
      if (peer.address.org == other) return peer;
    }
    ADD_FAILURE();
    return peers_.front();
  }
  absl::Time Matures(const TestOrg& at, const std::string& dataset) const {
    return at.reg().OwnerPolicies(all.c.id, dataset)->versions.back().matured_at;
  }

  Three all;
  mutable std::vector<Peer> peers_;
};

TEST_F(ForkedLog, IsSeenWhenTheTwoMeetAndTheProofGoesOn) {
  ShowTwoFaces();
  EXPECT_FALSE(Forked(all.a) || Forked(all.b));
  ASSERT_TRUE(all.a.exchange->RoundWith(PeerOf(all.a, all.b.id)).ok());
  EXPECT_TRUE(Forked(all.a)) << "compared";
  EXPECT_TRUE(Forked(all.b)) << "handed on at once";
  EXPECT_FALSE(all.a.reg().FindMember(all.b.id)->forked);
}

TEST_F(ForkedLog, IsSeenByWhoIsShownBothFaces) {
  ASSERT_TRUE(all.a.Accept({all.c.PageBehindOwnLog({all.c.Policy("one")})}).changed);
  EXPECT_FALSE(all.a.Accept({all.c.PageBehindOwnLog({all.c.Policy("one")})}).changed);
  EXPECT_FALSE(Forked(all.a)) << "the same once more";
  v1::LogPage unsigned_face = all.c.PageBehindOwnLog({all.c.Policy("two")});
  unsigned_face.mutable_checkpoint()->back() ^= 1;
  EXPECT_FALSE(all.a.Accept({unsigned_face}).changed);
  EXPECT_FALSE(Forked(all.a)) << "signed by nobody";
  uint64_t spent = 0;
  all.a.Accept({unsigned_face}, [&](Work, uint64_t amount) {
    spent += amount;
    return governance::Refuse(v1::BUSY, "later");
  });
  EXPECT_EQ(spent, 2u) << "nobody has false signatures verified for nothing";
  EXPECT_TRUE(all.a.Accept({all.c.PageBehindOwnLog({all.c.Policy("two")})}).changed);
  EXPECT_TRUE(Forked(all.a));
}

TEST_F(ForkedLog, IsSeenAtOtherSizesToo) {
  ShowTwoFaces();
  all.clock.Advance(absl::Seconds(1));
  // `c` follows the face that it showed to `b`, and goes on there.
  ASSERT_TRUE(all.c.Accept({all.b.PageOf(all.c.id, all.c.SizeOf(all.c.id))}).changed);
  ASSERT_TRUE(all.b.Accept({all.c.PageBehindOwnLog({all.c.Policy("more")})}).changed);
  ASSERT_GT(all.b.SizeOf(all.c.id), all.a.SizeOf(all.c.id));
  // Whoever holds fewer entries cannot tell, whoever holds more can.
  (void)all.a.exchange->RoundWith(PeerOf(all.a, all.b.id));
  ASSERT_TRUE(all.b.exchange->RoundWith(PeerOf(all.b, all.a.id)).ok());
  EXPECT_TRUE(Forked(all.a) && Forked(all.b));
}

TEST_F(ForkedLog, WhatComesAfterWidensNothingAndARestartForgetsNothing) {
  ShowTwoFaces();
  ASSERT_TRUE(all.a.exchange->RoundWith(PeerOf(all.a, all.b.id)).ok());
  all.clock.Advance(absl::Seconds(1));
  ASSERT_TRUE(all.c.Accept({all.a.PageOf(all.c.id, all.c.SizeOf(all.c.id))}).changed);
  ASSERT_TRUE(all.a.Accept({all.c.PageBehindOwnLog({all.c.Policy("three")})}).changed);
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_TRUE(Forked(all.a));
    EXPECT_LT(Matures(all.a, "one"), absl::InfiniteFuture()) << "it was there before";
    EXPECT_EQ(Matures(all.a, "three"), absl::InfiniteFuture());
    all.a.Close();
    all.a.Open();
  }
}

// Before an answer: only with those whose register was never this node's own.
TEST_F(ForkedLog, IsSeenWhenThoseWhoVotedAreComparedWith) {
  const Hash32 at_first = all.a.reg().head();
  ShowTwoFaces();
  const Comparing comparing(&all.a.book->snapshots(), all.a.exchange.get());
  for (const Hash32& known : {at_first, all.a.reg().head()}) {
    EXPECT_EQ(comparing.With({{all.b.id, known}}).at(0), absl::OkStatus());
    EXPECT_FALSE(Forked(all.a));
  }
  const Hash32 of_b = all.b.reg().head();
  EXPECT_EQ(comparing.With({{all.b.id, of_b}}).at(0), absl::OkStatus()) << "compared";
  EXPECT_TRUE(Forked(all.a) && Forked(all.b));
  EXPECT_EQ(comparing.With({{all.b.id, of_b}}).at(0), absl::OkStatus()) << "all but that fits";
  all.b.Close();
  const auto away = comparing.With({{all.b.id, of_b}, {all.a.id, all.a.reg().head()}});
  EXPECT_EQ(governance::ReasonOf(away.at(0)), v1::STALE) << away.at(0);
  EXPECT_EQ(away.at(1), absl::OkStatus());
}

TEST_F(ForkedLog, AProofThatProvesNothingIsRefused) {
  ShowTwoFaces();
  ASSERT_TRUE(all.a.exchange->RoundWith(PeerOf(all.a, all.b.id)).ok());
  google::protobuf::RepeatedPtrField<v1::Pull::Range> only_proof;
  only_proof.Add()->set_org_id(all.c.id.ToBytes());
  v1::LogPage page = all.a.book->PagesFor(only_proof).at(0);
  ASSERT_TRUE(page.has_fork());
  // Against another member, whose node signed none of it.
  page.clear_node_info();
  page.set_org_id(all.a.id.ToBytes());
  EXPECT_FALSE(all.c.Accept({page}).changed);
  EXPECT_FALSE(all.c.reg().FindMember(all.a.id)->forked);
}

}  // namespace
}  // namespace commons::node
