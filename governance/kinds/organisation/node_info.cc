#include "governance/kinds/organisation/node_info.h"

#include "base/limits.h"
#include "governance/document/payload.h"
#include "governance/document/payload_types.h"
#include "governance/document/text.h"
#include "governance/review/screen.h"
#include "proto/documents.pb.h"

namespace commons::governance {
namespace {

absl::Status Check(const v1::NodeInfo& p) {
  if (!Is32(p.org_id()) || p.counter() == 0) return Malformed("node info: org_id and counter");
  if (p.issued_at() <= 0 || !IsTime(p.issued_at()) || p.expires_at() <= p.issued_at() ||
      p.expires_at() > p.issued_at() + 30 * 86400) {
    return Malformed("node info is valid for at most 30 days");
  }
  if (p.endpoints_size() > 16) return Malformed("node info: too many endpoints");
  for (const std::string& endpoint : p.endpoints()) {
    if (endpoint.empty() || endpoint.size() > limits::kLabelBytes) {
      return Malformed("node info: endpoint");
    }
  }
  return absl::OkStatus();
}

void Show(const Document& d, const Register* reg, Screen& s) {
  const auto& p = d.As<v1::NodeInfo>();
  s.Title("How to reach a node");
  s.Line("organisation", NameOf(p.org_id(), reg));
  s.Items("address", p.endpoints());
  s.Texts("contact", p.contact());
}

}  // namespace

constinit const Kind kNodeInfoKind = {.type = kinds::kNodeInfo,
                                      .home = Kind::Home::kBeside,
                                      .make = Make<v1::NodeInfo>,
                                      .check = Of<v1::NodeInfo, Check>,
                                      .show = Show};

std::string DraftNodeInfo(const OrgId& org, uint64_t counter,
                          absl::Span<const std::string> endpoints, absl::string_view contact,
                          absl::Time now) {
  v1::NodeInfo info;
  info.set_org_id(org.ToBytes());
  info.set_counter(counter);
  for (const std::string& endpoint : endpoints) info.add_endpoints(endpoint);
  AddText(*info.mutable_contact(), contact);
  info.set_issued_at(absl::ToUnixSeconds(now));
  info.set_expires_at(absl::ToUnixSeconds(now + absl::Hours(30 * 24)));
  return info.SerializeAsString();
}

}  // namespace commons::governance
