#include "governance/kinds/organisation/node_info.h"

#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(NodeInfoKind, RefusesWhatIsOffByOneThing) {
  const absl::Time now = TestCommons::Start();
  const OrgId org = *OrgId::FromBytes(std::string(32, 'o'));
  v1::NodeInfo info;
  ASSERT_TRUE(info.ParseFromString(DraftNodeInfo(org, 1, {"a.example:7443"}, "the office", now)));
  EXPECT_EQ(info.endpoints(0), "a.example:7443");
  EXPECT_EQ(info.contact(0).text(), "the office");
  ExpectRefusals<v1::NodeInfo>(
      kNodeInfoKind, info,
      {
          {[](auto& p) { p.set_org_id("short"); }, v1::MALFORMED, "node info: org_id and counter"},
          {[](auto& p) { p.set_counter(0); }, v1::MALFORMED, "node info: org_id and counter"},
          {[](auto& p) { p.set_issued_at(0); }, v1::MALFORMED,
           "node info is valid for at most 30 days"},
          {[](auto& p) { p.set_expires_at(p.issued_at()); }, v1::MALFORMED,
           "node info is valid for at most 30 days"},
          {[](auto& p) { p.set_expires_at(p.expires_at() + 1); }, v1::MALFORMED,
           "node info is valid for at most 30 days"},
          {[](auto& p) {
             while (p.endpoints_size() < 17) p.add_endpoints("b.example:1");
           },
           v1::MALFORMED, "node info: too many endpoints"},
          {[](auto& p) { p.add_endpoints(""); }, v1::MALFORMED, "node info: endpoint"},
          {[](auto& p) { p.add_endpoints(std::string(2000, 'e')); }, v1::MALFORMED,
           "node info: endpoint"},
      });
}

}  // namespace
}  // namespace commons::governance
