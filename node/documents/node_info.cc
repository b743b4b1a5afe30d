#include "node/documents/node_info.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/kinds/open_document.h"

namespace commons::node {

using governance::Document;
using governance::Refuse;

absl::StatusOr<std::optional<Document>> OpenNewNodeInfo(const Snapshot& now, const OrgId& own,
                                                        const v1::Envelope& envelope) {
  v1::NodeInfo info;
  if (envelope.payload_type() != governance::kinds::kNodeInfo ||
      !info.ParseFromString(envelope.payload())) {
    return Refuse(v1::MALFORMED, "a page's node info is something else");
  }
  ASSIGN_OR_RETURN(const OrgId org, OrgId::FromBytes(info.org_id()));
  const governance::Organisation* member = now.reg->FindOnceMember(org);
  if (org == own || member == nullptr) return std::nullopt;
  const auto held = now.heads.find(org);
  if (held != now.heads.end() && held->second.node_info_counter >= info.counter()) {
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(Document document, governance::OpenDocument(envelope));
  if (document.signers.count(member->node_key) == 0) {
    return Refuse(v1::UNDER_SIGNED,
                  absl::StrCat("node info of ", member->name, " is not signed by its node"));
  }
  return document;
}

}  // namespace commons::node
