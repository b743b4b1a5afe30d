#include "governance/kinds/commons/resolution.h"

#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(ResolutionKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Open();
  ExpectRefusals<v1::Resolution>(
      kResolutionKind, PayloadOf<v1::Resolution>(c, kResolutionKind),
      {
          {[](auto& p) { p.mutable_header()->set_version(1), p.mutable_header()->clear_prev(); },
           v1::MALFORMED, "a resolution is version 2 or later"},
          {[](auto& p) { p.set_ballot(0); }, v1::MALFORMED, "resolution: ballots start at 1"},
          {[](auto& p) { p.add_dead_ballot(); }, v1::MALFORMED,
           "resolution: no ballot is before the first"},
          {[](auto& p) {
             p.set_ballot(2);
             while (p.dead_ballot_size() < 257) p.add_dead_ballot();
           },
           v1::MALFORMED, "resolution: at most 256 statements about the ballot before"},
          {[](auto& p) { p.add_departures("d"); }, v1::MALFORMED,
           "resolution: departures are distinct and sorted"},
          {[](auto& p) {
             p.add_departures(std::string(32, 'd')), p.add_departures(std::string(32, 'd'));
           },
           v1::MALFORMED, "resolution: departures are distinct and sorted"},
          {[](auto& p) {
             while (p.departures_size() < 257) p.add_departures(std::string(32, 'd'));
           },
           v1::MALFORMED, "resolution: at most 256 departures"},
          {[](auto& p) {
             p.clear_items(),
                 p.add_items()->mutable_membership()->set_suspend(std::string(32, 's'));
             p.add_departures(std::string(32, 'd'));
           },
           v1::MALFORMED, "resolution: a suspension stands alone"},
          {[](auto& p) { p.clear_items(); }, v1::MALFORMED, "resolution: 1 to 256 items"},
          {[](auto& p) {
             while (p.items_size() < 257) *p.add_items() = p.items(0);
           },
           v1::MALFORMED, "resolution: 1 to 256 items"},
          {[](auto& p) { p.add_items(); }, v1::MALFORMED, "resolution: an empty item"},
          {[](auto& p) { p.add_items()->mutable_membership(); }, v1::MALFORMED,
           "membership: admit or suspend"},
          {[](auto& p) {
             auto& m = *p.add_items()->mutable_membership();
             m.mutable_admit(), m.set_suspend(std::string(32, 's'));
           },
           v1::MALFORMED, "membership: admit or suspend"},
          {[](auto& p) { p.add_items()->mutable_membership()->mutable_admit(); }, v1::MALFORMED,
           "membership: not a card"},
          {[](auto& p) {
             p.clear_items(), p.add_items()->mutable_membership()->set_suspend("short");
           },
           v1::MALFORMED, "membership: suspend is not an org_id"},
          {[](auto& p) { p.add_items()->mutable_membership()->set_suspend(std::string(32, 's')); },
           v1::MALFORMED, "resolution: a suspension stands alone"},
          {[](auto& p) { p.mutable_items(0)->set_standard("junk"); }, v1::MALFORMED,
           "not a Standard"},
          {[](auto& p) { p.mutable_items(1)->mutable_policy()->set_roster("some"); }, v1::MALFORMED,
           "common rules: who takes part is 'any' or 'all'"},
          {[](auto& p) {
             p.mutable_items(1)->mutable_policy()->mutable_rule()->add_labels("l"),
                 p.mutable_items(1)->mutable_policy()->mutable_rule()->add_labels("");
           },
           v1::MALFORMED, "rule: an entry of labels"},
      });
}

TEST(ResolutionKind, DeparturesNeedNoItems) {
  TestCommons c({});
  c.Open();
  auto resolution = PayloadOf<v1::Resolution>(c, kResolutionKind);
  resolution.clear_items();
  resolution.add_departures(std::string(32, 'd'));
  EXPECT_TRUE(ParseAs(kResolutionKind, resolution.SerializeAsString()).ok());
}

TEST(ResolutionKind, DraftIsTheNextVersion) {
  TestCommons c({});
  c.Open();
  v1::Resolution resolution;
  ASSERT_TRUE(
      resolution.ParseFromString(DraftResolution(c.Fold(), c.orgs[1].id, c.CommonRules(), c.now)));
  EXPECT_TRUE(ParseAs(kResolutionKind, resolution.SerializeAsString()).ok());
  EXPECT_EQ(resolution.header().version(), 3u);
  EXPECT_EQ(resolution.header().prev(0), c.Fold().commons_head().view());
  EXPECT_EQ(resolution.ballot(), 1u);
  EXPECT_EQ(resolution.items_size(), 2);
}

TEST(ResolutionKind, OneThatChangesNothingIsNotProposed) {
  TestCommons c({});
  c.Open();
  v1::Resolution same = c.CommonRules();
  EXPECT_EQ(CheckChanges(same, c.Fold()).message(),
            "nothing would change: the definition of cases and the common rules are in force as "
            "proposed");
  same.mutable_items(1)->mutable_policy()->mutable_rule()->set_threshold(7);
  EXPECT_TRUE(CheckChanges(same, c.Fold()).ok());
}

TEST(ResolutionKind, AMemberIsNotAdmittedAgainUnlessItIsSuspended) {
  TestCommons c({});
  c.Open();
  v1::Resolution admits = c.CommonRules();
  *admits.add_items()->mutable_membership()->mutable_admit() = c.orgs[2].card;
  EXPECT_EQ(CheckChanges(admits, c.Fold()).message(), "'org-2' is a member already");
  v1::Resolution suspends;
  suspends.add_items()->mutable_membership()->set_suspend(c.orgs[2].id.ToBytes());
  c.Resolve(suspends);
  EXPECT_TRUE(CheckChanges(admits, c.Fold()).ok());
  v1::Resolution new_one;
  *new_one.add_items()->mutable_membership()->mutable_admit() = c.NewOrg("new").card;
  EXPECT_TRUE(CheckChanges(new_one, c.Fold()).ok());
}

}  // namespace
}  // namespace commons::governance
