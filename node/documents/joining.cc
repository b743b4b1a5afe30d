#include "node/documents/joining.h"

#include <algorithm>

#include "base/limits.h"
#include "base/status.h"
#include "base/text/host_port.h"
#include "crypto/hash.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/kinds/open_document.h"

namespace commons::node {

namespace kinds = governance::kinds;
using governance::Document;
using governance::Refuse;

namespace {

absl::Status Found(const v1::Envelope& charter, HeldLogs& logs, OwnLog& own) {
  ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(charter));
  const auto& founders = document.As<v1::Charter>().founders();
  if (std::find(founders.begin(), founders.end(), own.org().ToBytes()) == founders.end()) {
    return Refuse(v1::NOT_A_MEMBER,
                  "this organisation is not among the charter's founders; ask for an invitation");
  }
  RETURN_IF_ERROR(logs.PutJoined(crypto::Retype<CommonsId>(document.id), nullptr));
  return own.Holds(document.id) ? absl::OkStatus() : own.Append(document);
}

absl::Status Follow(const v1::Invitation& invitation, HeldLogs& logs) {
  ASSIGN_OR_RETURN(const Document charter, governance::OpenDocument(invitation.charter()));
  if (charter.kind() != kinds::kCharter || invitation.addresses().empty() ||
      invitation.addresses_size() > static_cast<int>(limits::kMembers)) {
    return Refuse(v1::MALFORMED, "an invitation needs a charter and at least one address");
  }
  for (const auto& address : invitation.addresses()) {
    const auto endpoint = ParseHostPort(address.endpoint());
    if (!endpoint.ok() || endpoint->port == 0 || !OrgId::FromBytes(address.org_id()).ok() ||
        !PublicKey::FromBytes(address.tls_key()).ok()) {
      return Refuse(v1::MALFORMED, "an address in the invitation is not host:port with its keys");
    }
  }
  return logs.PutJoined(crypto::Retype<CommonsId>(charter.id), &invitation);
}

}  // namespace

absl::StatusOr<CommonsId> JoinBy(const v1::RuleFile& file, HeldLogs& logs, OwnLog& own) {
  const auto charter =
      std::find_if(file.envelopes().begin(), file.envelopes().end(),
                   [](const auto& each) { return each.payload_type() == kinds::kCharter; });
  const bool founding = charter != file.envelopes().end();
  if (!founding && !file.has_invitation()) {
    return Refuse(v1::MALFORMED, "the file holds neither a charter nor an invitation");
  }
  const auto id = crypto::Retype<CommonsId>(
      governance::IdOf(founding ? *charter : file.invitation().charter()));
  if (logs.commons().has_value() && *logs.commons() != id) {
    return Refuse(v1::WRONG_COMMONS, "this node belongs to another commons already");
  }
  RETURN_IF_ERROR(founding ? Found(*charter, logs, own) : Follow(file.invitation(), logs));
  return id;
}

}  // namespace commons::node
