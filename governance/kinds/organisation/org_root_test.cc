#include "governance/kinds/organisation/org_root.h"

#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(OrgRootKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Open();
  ExpectRefusals<v1::OrgRoot>(
      kOrgRootKind, PayloadOf<v1::OrgRoot>(c, kOrgRootKind),
      {
          {[](auto& p) { p.set_name("a/b"); }, v1::MALFORMED,
           "card: the name needs 1 to 63 bytes of UTF-8 without / or control characters, not "
           "starting with - or ."},
          {[](auto& p) { p.clear_seats(); }, v1::MALFORMED,
           "card: too few or too many seats, guardians or stewards"},
          {[](auto& p) {
             for (int i = 0; i < 65; ++i) p.add_guardians(std::string(32, 'g'));
           },
           v1::MALFORMED, "card: too few or too many seats, guardians or stewards"},
          {[](auto& p) {
             for (int i = 0; i < 65; ++i) p.add_stewards(std::string(32, 's'));
           },
           v1::MALFORMED, "card: too few or too many seats, guardians or stewards"},
          {[](auto& p) { p.mutable_seats(0)->clear_label(); }, v1::MALFORMED,
           "card: every seat needs its own label"},
          {[](auto& p) { p.mutable_seats(0)->set_label(std::string(300, 'l')); }, v1::MALFORMED,
           "card: every seat needs its own label"},
          {[](auto& p) { *p.add_seats() = p.seats(0); }, v1::MALFORMED,
           "card: every seat needs its own label"},
          {[](auto& p) { p.mutable_seats(0)->set_until(1); }, v1::NOT_SUPPORTED_YET,
           "a seat with an end: no document bears a time that can be trusted; take the seat off "
           "with "
           "the next card"},
          {[](auto& p) { p.mutable_seats(0)->set_key(std::string(32, '\xff')); }, v1::MALFORMED,
           "card: the key of seat 'seat-0' is not valid"},
          {[](auto& p) { p.mutable_board()->set_k(2); }, v1::MALFORMED,
           "a threshold asks for 2 of 1"},
          {[](auto& p) { p.mutable_board()->mutable_members(0)->set_key(p.node().node_key()); },
           v1::MALFORMED, "card: the board's threshold must name exactly the seats' keys"},
          {[](auto& p) { p.set_guardians(0, p.seats(0).key()); }, v1::MALFORMED,
           "card: the key of a guardian is used twice"},
          {[](auto& p) { p.set_stewards(0, p.guardians(0)); }, v1::MALFORMED,
           "card: the key of a steward is used twice"},
          {[](auto& p) { p.mutable_node()->set_node_key(p.stewards(0)); }, v1::MALFORMED,
           "card: the key of the node is used twice"},
          {[](auto& p) { p.mutable_node()->set_tls_key(p.node().node_key()); }, v1::MALFORMED,
           "card: the key of the node's connections is used twice"},
          {[](auto& p) { p.mutable_node()->set_witness_key(""); }, v1::MALFORMED,
           "card: the key of the witness is not valid"},
          {[](auto& p) { p.mutable_recovery(); }, v1::MALFORMED, "a threshold asks for 0 of 0"},
      });
}

TEST(OrgRootKind, TakesARecoveryThatIsAThreshold) {
  TestCommons c({});
  v1::OrgRoot root = PayloadOf<v1::OrgRoot>(c, kOrgRootKind);
  *root.mutable_recovery() = root.board();
  EXPECT_TRUE(ParseAs(kOrgRootKind, root.SerializeAsString()).ok());
}

}  // namespace
}  // namespace commons::governance
