// What was decided hangs on what members said that are members no more: their logs are handed on as
// before. Seen to fail while nobody listed or took logs of others than members: who joined after a
// departure never came to know that the commons was founded.
#include <gtest/gtest.h>

#include "governance/kinds/commons/leave.h"
#include "governance/kinds/commons/resolution.h"
#include "node/documents/federation_for_test.h"

namespace commons::node {
namespace {

// Four found a commons, of which three decide; the fourth leaves, and its node goes.
struct Departed : Federation {
  Departed() {
    for (const char* name : {"auckland", "lakes", "waikato", "nelson"}) Add(name);
    Found({"auckland", "lakes", "waikato", "nelson"});
    TestOrg& goes = *orgs.at("nelson");
    EXPECT_TRUE(goes.book
                    ->SubmitOwn(goes.Signed(kinds::kLeave,
                                            [&] {
                                              v1::Leave leave;
                                              leave.ParseFromString(governance::DraftLeave(
                                                  goes.reg(), goes.id, clock.Now()));
                                              return leave;
                                            }()))
                    .ok());
    Settle();
    goes.Close();
    v1::Resolution departure;
    departure.add_departures(goes.id.ToBytes());
    Decide(2, departure);
  }
  void Decide(uint64_t version, const v1::Resolution& items) {
    TestOrg& a = *orgs.at("auckland");
    v1::Resolution drafted;
    drafted.ParseFromString(governance::DraftResolution(a.reg(), a.id, items, clock.Now()));
    const v1::Envelope proposal = a.Signed(kinds::kResolution, drafted);
    EXPECT_TRUE(a.book->SubmitOwn(proposal).ok());
    Settle();
    for (const char* name : {"auckland", "lakes", "waikato"}) {
      TestOrg& org = *orgs.at(name);
      const absl::Status yes =
          org.book->SubmitOwn(org.ApprovalOf(commons, version, governance::IdOf(proposal)));
      EXPECT_TRUE(yes.ok()) << yes;
    }
    Settle();
    EXPECT_EQ(a.reg().commons_version(), version);
  }
  v1::RuleFile Invitation() {
    TestOrg& a = *orgs.at("auckland");
    v1::RuleFile file;
    v1::Invitation& invitation = *file.mutable_invitation();
    *invitation.mutable_charter() = charter;
    invitation.set_version(a.reg().commons_version());
    invitation.set_head(a.reg().commons_head().ToBytes());
    v1::Invitation::Address& address = *invitation.add_addresses();
    address.set_endpoint("auckland.example.nz:7000");
    address.set_org_id(a.id.ToBytes());
    address.set_tls_key(a.tls->public_key().ToBytes());
    return file;
  }
};

TEST(Departures, WhoJoinsLaterLearnsAllThatWasDecided) {
  Departed all;
  TestOrg& fresh = all.Add("taupo");
  v1::Resolution admission;
  *admission.add_items()->mutable_membership()->mutable_admit() = fresh.card;
  all.Decide(3, admission);
  ASSERT_TRUE(fresh.book->Join(all.Invitation()).ok());
  for (int i = 0; i < 3; ++i) all.Settle();
  EXPECT_EQ(fresh.reg().commons_version(), 3u);
  EXPECT_EQ(fresh.reg().head(), all.orgs.at("lakes")->reg().head());
  EXPECT_EQ(fresh.book->snapshot()->heads_hash, all.orgs.at("lakes")->book->snapshot()->heads_hash);
}

TEST(Departures, WhoIsNoMemberIsNoPeer) {
  Departed all;
  const auto now = all.orgs.at("auckland")->book->snapshot();
  EXPECT_EQ(now->peers.size(), 2u);
  EXPECT_EQ(now->heads.size(), 4u);
  EXPECT_EQ(now->reg->members().size(), 3u);
}

// Nor is its log the last word of nobody: what comes in it later counts for nothing.
TEST(Departures, WhatWhoWentSaysLaterIsNoVote) {
  Departed all;
  TestOrg& goes = *all.orgs.at("nelson");
  goes.Open();
  const absl::Status later =
      goes.book->SubmitOwn(goes.ApprovalOf(all.commons, 2, governance::IdOf(all.charter)));
  EXPECT_EQ(governance::ReasonOf(later), v1::NOT_A_MEMBER) << later;
}

}  // namespace
}  // namespace commons::node
