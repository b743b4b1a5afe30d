// Pages of logs, in and out.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document.h"
#include "governance/kinds.h"
#include "governance/refusal.h"
#include "node/archive.h"

namespace commons::node {
namespace {

using governance::Document;
using governance::Refuse;

std::string CheckpointFact(const OrgId& org, uint64_t size) {
  return absl::StrCat("checkpoint/", org.ToHex(), "/", size);
}

}  // namespace

absl::StatusOr<std::string> Archive::CheckpointAt(const OrgId& org, const Held& held,
                                                  uint64_t size) const {
  if (size == held.entries.size()) return held.checkpoint;
  if (org == org_) {
    return crypto::SignCheckpoint({governance::LogOrigin(org), size, held.tree.RootAt(size)},
                                  *node_key_);
  }
  return store_->GetFact(CheckpointFact(org, size));
}

std::optional<v1::LogPage> Archive::PageFrom(const OrgId& org, uint64_t from,
                                             size_t budget_bytes) const {
  const auto held = held_.find(org);
  if (held == held_.end()) return std::nullopt;
  const auto& entries = held->second.entries;
  uint64_t to = from;
  for (size_t bytes = 0; to < entries.size() && to - from < limits::kDocumentsPerBatch; ++to) {
    bytes += entries[to].ByteSizeLong();
    if (bytes > budget_bytes) break;
  }
  // A page ends where a checkpoint stands: the end of the log, or where an earlier page ended.
  for (; to > from; --to) {
    auto checkpoint = CheckpointAt(org, held->second, to);
    if (!checkpoint.ok()) continue;
    v1::LogPage page;
    page.set_org_id(org.ToBytes());
    page.set_from(from);
    for (uint64_t i = from; i < to; ++i) *page.add_entries() = entries[i];
    page.set_checkpoint(*std::move(checkpoint));
    if (from > 0) {
      const auto proof = held->second.tree.ConsistencyProof(from, to);
      if (!proof.ok()) return std::nullopt;
      for (const Hash32& node : *proof) page.add_consistency(node.ToBytes());
    }
    return page;
  }
  return std::nullopt;
}

std::vector<v1::LogPage> Archive::PagesFor(
    const google::protobuf::RepeatedPtrField<v1::Pull::Range>& ranges) const {
  std::lock_guard lock(mu_);
  std::vector<v1::LogPage> pages;
  size_t budget = limits::kBatchBytes;
  // Looking for a page costs something also where there is none.
  const int asked = std::min(ranges.size(), static_cast<int>(limits::kMembers));
  for (int i = 0; i < asked; ++i) {
    const v1::Pull::Range& range = ranges[i];
    const auto org = OrgId::FromBytes(range.org_id());
    if (!org.ok()) break;
    auto page = range.to() > range.from() ? PageFrom(*org, range.from(), budget) : std::nullopt;
    const auto log = logs_.find(*org);
    const bool has_info = log != logs_.end() && log->second.node_info.has_value();
    if (!page.has_value() && (!has_info || range.to() != 0)) continue;
    if (!page.has_value()) {
      page.emplace();
      page->set_org_id(org->ToBytes());
    }
    if (has_info) *page->mutable_node_info() = log->second.node_info->envelope;
    const size_t bytes = page->ByteSizeLong();
    if (bytes > budget && !pages.empty()) break;
    budget -= std::min(budget, bytes);
    pages.push_back(*std::move(page));
  }
  return pages;
}

absl::StatusOr<bool> Archive::AcceptNodeInfo(const v1::Envelope& envelope) {
  if (envelope.payload_type() != governance::kinds::kNodeInfo) {
    return Refuse(v1::MALFORMED, "a page's node info is something else");
  }
  ASSIGN_OR_RETURN(Document document, governance::OpenDocument(envelope));
  const auto& info = document.As<v1::NodeInfo>();
  ASSIGN_OR_RETURN(const OrgId org, OrgId::FromBytes(info.org_id()));
  const governance::Organisation* member = snapshot()->reg->FindMember(org);
  if (org == org_ || member == nullptr) return false;
  governance::OrgLog& log = logs_[org];
  if (log.node_info.has_value() && log.node_info->As<v1::NodeInfo>().counter() >= info.counter()) {
    return false;
  }
  if (document.signers.count(member->node_key) == 0) {
    return Refuse(v1::UNDER_SIGNED,
                  absl::StrCat("node info of ", member->name, " is not signed by its node"));
  }
  RETURN_IF_ERROR(store_->PutNodeInfo(org, envelope.SerializeAsString()));
  log.node_info = std::move(document);
  held_[org];
  return true;
}

absl::Status Archive::CheckRoom(size_t bytes) {
  if (bytes <= limits::kLogBytesPerOrg) return absl::OkStatus();
  return Refuse(v1::MESSAGE_TOO_LARGE,
                absl::StrCat("an organisation's log may hold ", limits::kLogBytesPerOrg, " bytes"));
}

// A log's root covers no signatures, and an entry is taken once: whoever handed a page on without
// them would keep a document from ever counting here. Another peer has the whole entry.
absl::Status Archive::AllSigned(const OrgId& org,
                                absl::Span<const std::shared_ptr<const Document>> documents,
                                absl::Time now) const {
  std::map<OrgId, governance::OrgLog> logs = LogsToFold();
  for (const auto& document : documents) logs[org].entries.push_back({document, now});
  const auto reg = governance::Register::Fold(logs, commons_);
  for (const auto& problem : reg.problems()) {
    if (problem.log != org || problem.reason != v1::UNDER_SIGNED) continue;
    for (const auto& document : documents) {
      // Members approve these in documents of their own.
      const bool approved_elsewhere = document->kind() == governance::kinds::kCharter ||
                                      document->kind() == governance::kinds::kResolution;
      if (document->id == problem.id && !approved_elsewhere) {
        return Refuse(problem.reason, problem.message);
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Archive::AcceptPage(const v1::LogPage& page) {
  ASSIGN_OR_RETURN(const OrgId org, OrgId::FromBytes(page.org_id()));
  if (org != org_ && snapshot()->reg->FindMember(org) == nullptr) {
    return Refuse(v1::UNKNOWN_ISSUER, "a page of an organisation that is no member here");
  }
  bool fresh = false;
  Held& held = held_[org];
  // A page that overlaps came by another way meanwhile: what it has beyond comes with the next one.
  if (page.entries_size() > 0 && page.from() >= held.entries.size()) {
    size_t bytes = held.bytes;
    for (const v1::Envelope& envelope : page.entries()) bytes += envelope.ByteSizeLong();
    RETURN_IF_ERROR(CheckRoom(bytes));
    crypto::MerkleTree tree = held.tree;
    RETURN_IF_ERROR(
        governance::AcceptPage(page, tree, held.node_key.empty() ? nullptr : &held.node_key));
    std::vector<std::string> serialised;
    std::vector<std::shared_ptr<const Document>> documents;
    for (const v1::Envelope& envelope : page.entries()) {
      ASSIGN_OR_RETURN(Document document, governance::OpenDocument(envelope));
      documents.push_back(std::make_shared<const Document>(std::move(document)));
      serialised.push_back(envelope.SerializeAsString());
    }
    const absl::Time now = clock_->Now();
    RETURN_IF_ERROR(AllSigned(org, documents, now));
    if (!held.entries.empty()) {
      RETURN_IF_ERROR(store_->PutFact(CheckpointFact(org, held.entries.size()), held.checkpoint));
    }
    RETURN_IF_ERROR(store_->Append(org, held.entries.size(), serialised, page.checkpoint(), now));
    if (held.entries.empty()) {
      held.node_key = documents[0]->As<v1::OrgRoot>().node().node_key();
    }
    held.bytes = bytes;
    held.tree = std::move(tree);
    held.checkpoint = page.checkpoint();
    held.entries.insert(held.entries.end(), page.entries().begin(), page.entries().end());
    for (auto& document : documents) logs_[org].entries.push_back({std::move(document), now});
    fresh = true;
  }
  if (page.has_node_info()) {
    ASSIGN_OR_RETURN(const bool newer, AcceptNodeInfo(page.node_info()));
    fresh = fresh || newer;
  }
  return fresh;
}

absl::StatusOr<bool> Archive::AcceptPages(absl::Span<const v1::LogPage> pages,
                                          std::vector<absl::Status>* problems) {
  if (pages.size() > limits::kMembers) return Refuse(v1::MALFORMED, "too many pages");
  bool any = false;
  {
    std::lock_guard lock(mu_);
    std::vector<const v1::LogPage*> left;
    for (const v1::LogPage& page : pages) left.push_back(&page);
    // A page may admit the organisation of another one: go on while anything changes.
    for (bool changed = true; changed && !left.empty();) {
      changed = false;
      std::vector<const v1::LogPage*> later;
      problems->clear();
      for (const v1::LogPage* page : left) {
        const auto accepted = AcceptPage(*page);
        if (!accepted.ok()) {
          later.push_back(page);
          problems->push_back(accepted.status());
        } else if (*accepted) {
          changed = true;
        }
      }
      left = std::move(later);
      if (changed) Refold();
      any = any || changed;
    }
  }
  if (any) Changed();
  return any;
}

}  // namespace commons::node
