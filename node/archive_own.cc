// The organisation's own log, and joining a commons.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/late_signatures.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/node_info.h"
#include "node/archive.h"
#include "node/config.h"

namespace commons::node {

namespace kinds = governance::kinds;
using governance::Document;
using governance::Refuse;

absl::Status Archive::AppendOwn(const Document& document, absl::Time now) {
  Held& held = held_[org_];
  const size_t bytes = held.bytes + document.envelope.ByteSizeLong();
  RETURN_IF_ERROR(CheckRoom(bytes));
  const Gain gain = GainOf(org_, {std::make_shared<const Document>(document)});
  crypto::MerkleTree tree = held.tree;
  tree.Append(governance::LogLeaf(document.envelope));
  const std::string checkpoint =
      crypto::SignCheckpoint({governance::LogOrigin(org_), tree.size(), tree.Root()}, *node_key_);
  RETURN_IF_ERROR(store_->Append(org_, held.entries.size(), {document.envelope.SerializeAsString()},
                                 checkpoint, now));
  held.bytes = bytes;
  held.tree = std::move(tree);
  held.checkpoint = checkpoint;
  held.node_key = node_key_->public_key().ToBytes();
  held.entries.push_back(document.envelope);
  Remember(org_, gain, now);
  return absl::OkStatus();
}

absl::Status Archive::AppendSignatures(const Document& document, absl::Time now) {
  const auto& entries = logs_[org_].entries;
  const auto merged =
      governance::WithSignaturesOf(document, entries[0].document->As<v1::OrgRoot>(),
                                   *entries[held_[org_].position.at(document.id)].document);
  if (governance::ReasonOf(merged.status()) == v1::UNDER_SIGNED) return absl::OkStatus();
  RETURN_IF_ERROR(merged.status());
  return AppendOwn(*merged, now);
}

absl::Status Archive::WouldCount(const std::shared_ptr<const Document>& document) const {
  std::map<OrgId, governance::OrgLog> logs = logs_;
  logs[org_].entries.push_back({document, clock_->Now()});
  const auto reg = governance::FoldLogs(logs, commons_);
  for (const auto& problem : reg.problems()) {
    // A resolution waits for the others' approvals: that is no fault of it.
    const bool waits = document->kind() == kinds::kResolution && problem.reason == v1::UNDER_SIGNED;
    if (problem.id == document->id && problem.log == org_ && !waits) {
      return Refuse(problem.reason, problem.message);
    }
  }
  return absl::OkStatus();
}

absl::Status Archive::MayAppend(const Document& document) const {
  if (document.kind() == kinds::kCharter) {
    return Refuse(v1::OUT_OF_ORDER, "a charter is handed over by joining, not by submitting");
  }
  if (document.kind() == kinds::kNodeInfo || document.kind() == kinds::kOrgRoot) {
    return Refuse(v1::NOT_SUPPORTED_YET,
                  "the node signs its own node info, and cards are set up "
                  "with `commons node init`");
  }
  if (absl::string_view(document.header.issuer()) != org_.view()) {
    return Refuse(v1::UNKNOWN_ISSUER, "issued by another organisation; submit it to its node");
  }
  return WouldCount(std::make_shared<const Document>(document));
}

absl::Status Archive::SubmitOwn(v1::Envelope envelope) {
  if (envelope.payload_type() == kinds::kManifest) {
    // A steward's edition needs the node's signature beside theirs.
    governance::AddSignature(envelope, *node_key_);
  }
  ASSIGN_OR_RETURN(Document opened, governance::OpenDocument(envelope));
  {
    std::lock_guard lock(mu_);
    const absl::Time now = clock_->Now();
    if (held_[org_].position.count(opened.id) > 0) {
      RETURN_IF_ERROR(AppendSignatures(opened, now));
    } else {
      RETURN_IF_ERROR(MayAppend(opened));
      RETURN_IF_ERROR(AppendOwn(opened, now));
    }
    Refold();
  }
  Changed();
  return absl::OkStatus();
}

absl::Status Archive::MintNodeInfo(absl::Span<const std::string> endpoints,
                                   absl::string_view contact) {
  {
    std::lock_guard lock(mu_);
    governance::OrgLog& log = logs_[org_];
    uint64_t counter = static_cast<uint64_t>(absl::ToUnixSeconds(clock_->Now()));
    if (log.node_info.has_value()) {
      counter = std::max(counter, log.node_info->As<v1::NodeInfo>().counter() + 1);
    }
    const v1::Envelope envelope = governance::SignDocument(
        kinds::kNodeInfo,
        governance::DraftNodeInfo(org_, counter, endpoints, contact, clock_->Now()), {node_key_});
    ASSIGN_OR_RETURN(Document document, governance::OpenDocument(envelope));
    RETURN_IF_ERROR(store_->PutNodeInfo(org_, envelope.SerializeAsString()));
    log.node_info = std::move(document);
    Refold();
  }
  Changed();
  return absl::OkStatus();
}

absl::Status Archive::Found(const v1::Envelope& charter) {
  ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(charter));
  const auto& founders = document.As<v1::Charter>().founders();
  if (std::find(founders.begin(), founders.end(), org_.ToBytes()) == founders.end()) {
    return Refuse(v1::NOT_A_MEMBER,
                  "this organisation is not among the charter's founders; ask for an invitation");
  }
  RETURN_IF_ERROR(store_->PutFact("commons_id", document.id.view()));
  commons_ = crypto::Retype<CommonsId>(document.id);
  if (held_[org_].position.count(document.id) == 0) {
    RETURN_IF_ERROR(AppendOwn(document, clock_->Now()));
  }
  Refold();
  return absl::OkStatus();
}

absl::Status Archive::Follow(const v1::Invitation& invitation) {
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
  RETURN_IF_ERROR(store_->PutFact("invitation", invitation.SerializeAsString()));
  RETURN_IF_ERROR(store_->PutFact("commons_id", charter.id.view()));
  commons_ = crypto::Retype<CommonsId>(charter.id);
  invitation_ = invitation;
  Refold();
  return absl::OkStatus();
}

absl::StatusOr<CommonsId> Archive::Join(const v1::RuleFile& file) {
  const auto charter =
      std::find_if(file.envelopes().begin(), file.envelopes().end(),
                   [](const auto& each) { return each.payload_type() == kinds::kCharter; });
  const bool founding = charter != file.envelopes().end();
  if (!founding && !file.has_invitation()) {
    return Refuse(v1::MALFORMED, "the file holds neither a charter nor an invitation");
  }
  const auto id = crypto::Retype<CommonsId>(
      governance::IdOf(founding ? *charter : file.invitation().charter()));
  {
    std::lock_guard lock(mu_);
    if (commons_.has_value() && *commons_ != id) {
      return Refuse(v1::WRONG_COMMONS, "this node belongs to another commons already");
    }
    RETURN_IF_ERROR(founding ? Found(*charter) : Follow(file.invitation()));
    for (const v1::Envelope& envelope : file.envelopes()) {
      if (envelope.payload_type() == kinds::kNodeInfo) {
        ASSIGN_OR_RETURN(const std::optional<Document> node_info, OpenNodeInfo(envelope));
        if (!node_info.has_value()) continue;
        ASSIGN_OR_RETURN(const OrgId org, OrgId::FromBytes(node_info->As<v1::NodeInfo>().org_id()));
        RETURN_IF_ERROR(KeepNodeInfo(org, *node_info));
      }
    }
    Refold();
  }
  Changed();
  return id;
}

}  // namespace commons::node
