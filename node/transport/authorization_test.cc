#include "node/transport/authorization.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/local_service.pb.h"
#include "proto/peer_service.pb.h"

namespace commons::node {
namespace {

// Through the table, because files without messages are linked in only when something names them.
std::set<std::string> MethodsOf(const google::protobuf::internal::DescriptorTable& table) {
  const auto* file =
      google::protobuf::DescriptorPool::generated_pool()->FindFileByName(table.filename);
  std::set<std::string> paths;
  for (int s = 0; s < file->service_count(); ++s) {
    for (int m = 0; m < file->service(s)->method_count(); ++m) {
      paths.insert(absl::StrCat("/", file->service(s)->full_name(), "/",
                                file->service(s)->method(m)->name()));
    }
  }
  return paths;
}

TEST(Authorization, EveryMethodOfEveryServiceIsInTheTable) {
  const auto peer = MethodsOf(descriptor_table_proto_2fpeer_5fservice_2eproto);
  const auto local = MethodsOf(descriptor_table_proto_2flocal_5fservice_2eproto);
  ASSERT_EQ(peer.size(), 8u);
  ASSERT_FALSE(local.empty());
  for (const std::string& path : peer) {
    ASSERT_TRUE(WhoMayCall(path).has_value()) << path;
    EXPECT_NE(*WhoMayCall(path), Caller::kLocalUser) << path;
  }
  for (const std::string& path : local) {
    ASSERT_TRUE(WhoMayCall(path).has_value()) << path;
    EXPECT_EQ(*WhoMayCall(path), Caller::kLocalUser) << path;
  }
  for (const MethodRule& rule : MethodRules()) {
    const std::string path = rule.path;
    EXPECT_TRUE(peer.count(path) + local.count(path) == 1 || path.find("/grpc.health.v1.") == 0)
        << path << " is in the table but in no service";
  }
}

TEST(Authorization, PeersReachNoLocalMethodWhateverTheirStanding) {
  for (const MethodRule& rule : MethodRules()) {
    EXPECT_FALSE(PeerMayCall(rule.path, Standing::kUnknown)) << rule.path;
    if (rule.caller == Caller::kLocalUser) {
      EXPECT_FALSE(PeerMayCall(rule.path, Standing::kMember)) << rule.path;
    }
  }
  EXPECT_FALSE(PeerMayCall("/commons.v1.Exchange/Unheard", Standing::kMember));
  EXPECT_FALSE(PeerMayCall("", Standing::kMember));
}

TEST(Authorization, OnlyMembersTakePartInQuestions) {
  for (Standing standing : {Standing::kInvited, Standing::kFounder}) {
    EXPECT_TRUE(PeerMayCall("/commons.v1.Exchange/Compare", standing));
    EXPECT_FALSE(PeerMayCall("/commons.v1.Aggregation/Propose", standing));
  }
  EXPECT_TRUE(PeerMayCall("/commons.v1.Aggregation/Propose", Standing::kMember));
}

}  // namespace
}  // namespace commons::node
