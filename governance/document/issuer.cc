#include "governance/document/issuer.h"

#include "crypto/hash.h"
#include "governance/document/payload_types.h"

namespace commons::governance {
namespace {

// In the header, or in a field of its own where there is none.
std::string IssuerBytes(const google::protobuf::Message& payload, const v1::Header& header) {
  if (!header.issuer().empty()) return header.issuer();
  const auto* descriptor = payload.GetDescriptor();
  for (const char* name : {"issuer", "org_id"}) {
    const auto* field = descriptor->FindFieldByName(name);
    if (field != nullptr) return payload.GetReflection()->GetString(payload, field);
  }
  return "";
}

}  // namespace

OrgId IssuerOf(const Document& document) {
  const std::string bytes = IssuerBytes(*document.payload, *document.header);
  const OrgId named = OrgId::FromBytes(bytes).value_or(OrgId());
  const bool genesis_card = document.kind() == kinds::kOrgRoot && named == OrgId();
  return genesis_card ? crypto::Retype<OrgId>(document.id) : named;
}

}  // namespace commons::governance
