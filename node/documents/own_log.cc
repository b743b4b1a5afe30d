#include "node/documents/own_log.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/status.h"
#include "crypto/merkle/merkle.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/fold/fold.h"
#include "governance/fold/fold_stops.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/late_signatures.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/kinds/organisation/succession.h"

namespace commons::node {

namespace kinds = governance::kinds;
using governance::Document;
using governance::Refuse;

bool OwnLog::Holds(const DocId& document) const {
  const HeldLogs::Log* log = logs_->Find(org_);
  return log != nullptr && log->position.count(document) > 0;
}

absl::Status OwnLog::Append(const Document& document) {
  const HeldLogs::Log* log = logs_->Find(org_);
  HeldLogs::Extension more;
  if (log != nullptr) more.tree = log->tree;
  RETURN_IF_ERROR(CheckRoom((log == nullptr ? 0 : log->bytes) + document.envelope.ByteSizeLong()));
  const auto entry = std::make_shared<const Document>(document);
  more.gain = logs_->GainOf(org_, {entry});
  more.entries.push_back(entry);
  more.tree.Append(governance::LogLeaf(document.envelope));
  more.checkpoint = crypto::SignCheckpoint(
      {governance::LogOrigin(org_), more.tree.size(), more.tree.Root()}, *node_key_);
  return logs_->Append(org_, std::move(more), clock_->Now());
}

absl::Status OwnLog::AppendSignatures(const Document& document) {
  const HeldLogs::Log& log = *logs_->Find(org_);
  const size_t place = log.position.at(document.id);
  const auto merged = governance::WithSignaturesOf(
      document, *log.cards.Before(place), *logs_->opened().at(org_)->entries[place].document);
  if (governance::ReasonOf(merged.status()) == v1::UNDER_SIGNED) return absl::OkStatus();
  RETURN_IF_ERROR(merged.status());
  return Append(*merged);
}

absl::Status OwnLog::WouldCount(const Document& document) const {
  governance::Logs logs = logs_->LogsToFold();
  ChangeIn(logs, org_)
      .entries.push_back(
          {std::make_shared<const Document>(document), clock_->Now(), logs_->SizeOf(org_)});
  const auto reg = logs_->folded().Then(logs, logs_->commons()).reg();
  for (const auto& problem : reg->problems()) {
    // A resolution waits for the others' approvals: that is no fault of it.
    const bool waits = document.kind() == kinds::kResolution && problem->reason == v1::UNDER_SIGNED;
    if (problem->id == document.id && problem->log == org_ && !waits) {
      return Refuse(problem->reason, problem->message);
    }
  }
  return absl::OkStatus();
}

absl::Status OwnLog::MayAppend(const Document& document) const {
  if (document.kind() == kinds::kCharter) {
    return Refuse(v1::OUT_OF_ORDER, "a charter is handed over by joining, not by submitting");
  }
  const bool first_card = document.kind() == kinds::kOrgRoot && document.header->version() == 1;
  if (document.kind() == kinds::kNodeInfo || first_card) {
    return Refuse(v1::NOT_SUPPORTED_YET,
                  "the node signs its own node info, and first cards are set up "
                  "with `commons node init`");
  }
  if (absl::string_view(document.header->issuer()) != org_.view()) {
    return Refuse(v1::UNKNOWN_ISSUER, "issued by another organisation; submit it to its node");
  }
  RETURN_IF_ERROR(WouldCount(document));
  const governance::Register& reg = *logs_->folded().reg();
  const governance::Recovery* waiting = reg.WaitingRecovery(org_);
  if (waiting == nullptr) return absl::OkStatus();
  return governance::CheckInTime(*reg.ReignOf(org_), *waiting, org_, document, clock_->Now());
}

// Without the signatures of keys that were revoked: they count for nothing new but the card by
// which the organisation replaces them.
Document OwnLog::WithoutRevoked(const Document& document) const {
  const governance::Stops* stops = logs_->folded().reg()->StopsOf(org_);
  Document clean = document;
  const bool card = document.kind() == kinds::kOrgRoot;
  if (card || stops == nullptr || stops->revoked.empty()) return clean;
  clean.signers = governance::StillCounting(document, stops->revoked, logs_->SizeOf(org_));
  if (clean.signers.size() == document.signers.size()) return clean;
  clean.envelope.clear_signatures();
  for (const v1::Signature& signature : document.envelope.signatures()) {
    const auto key = PublicKey::FromBytes(signature.key());
    if (key.ok() && clean.signers.contains(*key)) *clean.envelope.add_signatures() = signature;
  }
  return clean;
}

absl::Status OwnLog::Submit(const Document& submitted) {
  const Document document = WithoutRevoked(submitted);
  if (Holds(document.id)) return AppendSignatures(document);
  RETURN_IF_ERROR(MayAppend(document));
  return Append(document);
}

absl::Status OwnLog::MintNodeInfo(absl::Span<const std::string> endpoints,
                                  absl::string_view contact) {
  const absl::Time now = clock_->Now();
  uint64_t counter = static_cast<uint64_t>(absl::ToUnixSeconds(now));
  const auto opened = logs_->opened().find(org_);
  if (opened != logs_->opened().end() && opened->second->node_info.has_value()) {
    counter = std::max(counter, opened->second->node_info->As<v1::NodeInfo>().counter() + 1);
  }
  const v1::Envelope envelope = governance::SignDocument(
      kinds::kNodeInfo, governance::DraftNodeInfo(org_, counter, endpoints, contact, now),
      {node_key_});
  ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(envelope));
  return logs_->PutNodeInfo(org_, document);
}

}  // namespace commons::node
