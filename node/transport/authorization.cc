#include "node/transport/authorization.h"

#include <algorithm>

namespace commons::node {
namespace {

constexpr MethodRule kRules[] = {
    {"/commons.v1.Exchange/Compare", Caller::kKnownPeer},
    {"/commons.v1.Exchange/Pull", Caller::kKnownPeer},
    {"/commons.v1.Exchange/Push", Caller::kKnownPeer},
    {"/commons.v1.Aggregation/Preview", Caller::kMemberPeer},
    {"/commons.v1.Aggregation/Propose", Caller::kMemberPeer},
    {"/commons.v1.Aggregation/Seal", Caller::kMemberPeer},
    {"/commons.v1.Aggregation/Submit", Caller::kMemberPeer},
    {"/commons.v1.Aggregation/Publish", Caller::kMemberPeer},
    {"/commons.v1.Ask/Prepare", Caller::kLocalUser},
    {"/commons.v1.Ask/Run", Caller::kLocalUser},
    {"/commons.v1.Ask/Place", Caller::kLocalUser},
    {"/commons.v1.Ask/Explain", Caller::kLocalUser},
    {"/commons.v1.Ask/Catalogue", Caller::kLocalUser},
    {"/commons.v1.Admin/Status", Caller::kLocalUser},
    {"/commons.v1.Admin/Peers", Caller::kLocalUser},
    {"/commons.v1.Admin/Submit", Caller::kLocalUser},
    {"/commons.v1.Admin/Join", Caller::kLocalUser},
    {"/commons.v1.Admin/Documents", Caller::kLocalUser},
    {"/commons.v1.Admin/Import", Caller::kLocalUser},
    {"/commons.v1.Admin/Rehearse", Caller::kLocalUser},
    {"/commons.v1.Admin/ListDatasets", Caller::kLocalUser},
    {"/commons.v1.Admin/RevertDataset", Caller::kLocalUser},
    {"/commons.v1.Admin/DropDataset", Caller::kLocalUser},
    {"/commons.v1.Audit/List", Caller::kLocalUser},
    {"/grpc.health.v1.Health/Check", Caller::kKnownPeer},
};

}  // namespace

absl::Span<const MethodRule> MethodRules() { return kRules; }

std::optional<Caller> WhoMayCall(absl::string_view path) {
  const auto* rule = std::find_if(std::begin(kRules), std::end(kRules),
                                  [&](const MethodRule& each) { return path == each.path; });
  if (rule == std::end(kRules)) return std::nullopt;
  return rule->caller;
}

bool PeerMayCall(absl::string_view path, Standing standing) {
  switch (WhoMayCall(path).value_or(Caller::kLocalUser)) {
    case Caller::kLocalUser:
      return false;
    case Caller::kKnownPeer:
      return standing >= Standing::kInvited;
    case Caller::kMemberPeer:
      return standing == Standing::kMember;
  }
  return false;
}

}  // namespace commons::node
