// Pages of logs, in.
#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/late_signatures.h"
#include "governance/kinds/open_document.h"
#include "node/archive.h"

namespace commons::node {
namespace {

using governance::Document;
using governance::Refuse;
namespace kinds = governance::kinds;

// Charters and resolutions carry cards that others signed; no signature is shorter than this.
constexpr size_t kLeastSignatureBytes = 96;

uint64_t SignaturesIn(const v1::Envelope& envelope) {
  const bool carries_cards =
      envelope.payload_type() == kinds::kCharter || envelope.payload_type() == kinds::kResolution;
  return 1 + envelope.signatures_size() +
         (carries_cards ? envelope.payload().size() / kLeastSignatureBytes : 0);
}

// Another page may bring what this one lacks: a member, the entries before, signatures.
bool MayFitLater(const absl::Status& status) {
  const v1::Reason reason = governance::ReasonOf(status);
  return reason == v1::UNKNOWN_ISSUER || reason == v1::OUT_OF_ORDER || reason == v1::UNDER_SIGNED;
}

}  // namespace

absl::Status Archive::CheckRoom(size_t bytes) {
  if (bytes <= limits::kLogBytesPerOrg) return absl::OkStatus();
  return Refuse(v1::MESSAGE_TOO_LARGE,
                absl::StrCat("an organisation's log may hold ", limits::kLogBytesPerOrg, " bytes"));
}

absl::StatusOr<std::optional<Document>> Archive::OpenNodeInfo(const v1::Envelope& envelope) const {
  v1::NodeInfo info;
  if (envelope.payload_type() != kinds::kNodeInfo || !info.ParseFromString(envelope.payload())) {
    return Refuse(v1::MALFORMED, "a page's node info is something else");
  }
  ASSIGN_OR_RETURN(const OrgId org, OrgId::FromBytes(info.org_id()));
  const auto now = snapshot();
  const governance::Organisation* member = now->reg->FindMember(org);
  if (org == org_ || member == nullptr) return std::nullopt;
  const auto held = now->heads.find(org);
  if (held != now->heads.end() && held->second.node_info_counter >= info.counter()) {
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(Document document, governance::OpenDocument(envelope));
  if (document.signers.count(member->node_key) == 0) {
    return Refuse(v1::UNDER_SIGNED,
                  absl::StrCat("node info of ", member->name, " is not signed by its node"));
  }
  return document;
}

absl::Status Archive::KeepNodeInfo(const OrgId& org, const Document& node_info) {
  RETURN_IF_ERROR(store_->PutNodeInfo(org, node_info.envelope.SerializeAsString()));
  logs_[org].node_info = node_info;
  held_[org];
  return absl::OkStatus();
}

absl::Status Archive::CheckEntries(Incoming& incoming, const Spend& spend) const {
  const v1::LogPage& page = *incoming.page;
  size_t bytes = 0;
  std::string node_key;
  {
    std::lock_guard lock(mu_);
    const auto held = held_.find(incoming.org);
    const uint64_t size = held == held_.end() ? 0 : held->second.tree.size();
    // A page that overlaps came by another way meanwhile: what it has beyond comes with the next.
    if (page.entries().empty() || page.from() < size) return absl::OkStatus();
    if (page.from() > size) {
      return Refuse(v1::OUT_OF_ORDER,
                    absl::StrCat("a page from ", page.from(), ", ", size, " entries are held"));
    }
    if (size > 0) {
      incoming.tree = held->second.tree;
      node_key = held->second.node_key;
      bytes = held->second.bytes;
    }
  }
  for (const v1::Envelope& envelope : page.entries()) bytes += envelope.ByteSizeLong();
  RETURN_IF_ERROR(CheckRoom(bytes));
  RETURN_IF_ERROR(spend(Work::kSignatures, 1));
  RETURN_IF_ERROR(
      governance::AcceptPage(page, incoming.tree, node_key.empty() ? nullptr : &node_key));
  uint64_t signatures = 0;
  for (const v1::Envelope& envelope : page.entries()) signatures += SignaturesIn(envelope);
  RETURN_IF_ERROR(spend(Work::kSignatures, signatures));
  for (const v1::Envelope& envelope : page.entries()) {
    ASSIGN_OR_RETURN(Document document, governance::OpenDocument(envelope));
    incoming.documents.push_back(std::make_shared<const Document>(std::move(document)));
  }
  return absl::OkStatus();
}

// Without the lock: verifying takes its time.
absl::Status Archive::Check(Incoming& incoming, const Spend& spend) const {
  if (incoming.checked) return absl::OkStatus();
  if (incoming.org != org_ && snapshot()->reg->FindMember(incoming.org) == nullptr) {
    return Refuse(v1::UNKNOWN_ISSUER, "a page of an organisation that is no member here");
  }
  RETURN_IF_ERROR(CheckEntries(incoming, spend));
  if (incoming.page->has_node_info()) {
    const v1::Envelope& node_info = incoming.page->node_info();
    RETURN_IF_ERROR(spend(Work::kSignatures, SignaturesIn(node_info)));
    ASSIGN_OR_RETURN(incoming.node_info, OpenNodeInfo(node_info));
    if (incoming.node_info.has_value() &&
        incoming.node_info->As<v1::NodeInfo>().org_id() != incoming.page->org_id()) {
      return Refuse(v1::MALFORMED, "a page's node info is another organisation's");
    }
  }
  incoming.checked = true;
  return absl::OkStatus();
}

Archive::Gain Archive::GainOf(const OrgId& org,
                              absl::Span<const std::shared_ptr<const Document>> documents) const {
  const auto log = logs_.find(org);
  const auto held = held_.find(org);
  const bool begun = log != logs_.end() && !log->second.entries.empty();
  const size_t size = begun ? log->second.entries.size() : 0;
  Gain gain;
  std::map<DocId, size_t> added;
  for (const auto& document : documents) {
    size_t at = size + gain.added.size();
    if (const auto it = added.find(document->id); it != added.end()) {
      at = it->second;
    } else if (begun && held->second.position.count(document->id) > 0) {
      at = held->second.position.at(document->id);
    }
    if (at == size + gain.added.size()) {
      added.emplace(document->id, at);
      gain.added.push_back(document);
      continue;
    }
    std::shared_ptr<const Document>& known =
        at >= size
            ? gain.added[at - size]
            : gain.signed_again.try_emplace(at, log->second.entries[at].document).first->second;
    const auto& card = begun ? log->second.entries[0].document : gain.added[0];
    auto merged = governance::WithSignaturesOf(*document, card->As<v1::OrgRoot>(), *known);
    if (merged.ok()) {
      known = std::make_shared<const Document>(*std::move(merged));
    } else {
      gain.repeated.push_back(document);
    }
  }
  return gain;
}

void Archive::AddTo(governance::OrgLog& log, const Gain& gain, absl::Time now) {
  for (const auto& [at, document] : gain.signed_again) log.entries[at].document = document;
  for (const auto& document : gain.added) log.entries.push_back({document, now});
}

void Archive::Remember(const OrgId& org, const Gain& gain, absl::Time now) {
  governance::OrgLog& log = logs_[org];
  for (size_t i = 0; i < gain.added.size(); ++i) {
    held_[org].position.emplace(gain.added[i]->id, log.entries.size() + i);
  }
  AddTo(log, gain, now);
}

absl::Status Archive::Keep(Incoming& incoming, absl::Time now) {
  const OrgId& org = incoming.org;
  if (!incoming.documents.empty()) {
    const v1::LogPage& page = *incoming.page;
    Held& held = held_[org];
    std::vector<std::string> serialised;
    for (const v1::Envelope& entry : page.entries()) {
      serialised.push_back(entry.SerializeAsString());
    }
    if (!held.entries.empty()) {
      RETURN_IF_ERROR(store_->PutFact(CheckpointFact(org, held.entries.size()), held.checkpoint));
    }
    RETURN_IF_ERROR(store_->Append(org, held.entries.size(), serialised, page.checkpoint(), now));
    if (held.entries.empty()) {
      held.node_key = incoming.documents[0]->As<v1::OrgRoot>().node().node_key();
    }
    for (const v1::Envelope& entry : page.entries()) held.bytes += entry.ByteSizeLong();
    held.tree = std::move(incoming.tree);
    held.checkpoint = page.checkpoint();
    held.entries.insert(held.entries.end(), page.entries().begin(), page.entries().end());
    Remember(org, incoming.gain, now);
  }
  if (!incoming.node_info.has_value()) return absl::OkStatus();
  return KeepNodeInfo(org, *incoming.node_info);
}

// What came by another way since it was checked is no news. One page of a log at a time.
void Archive::KeepNews(Batch& batch) const {
  std::set<OrgId> logs;
  std::vector<Incoming> news;
  for (Incoming& each : batch.fitting) {
    const auto held = held_.find(each.org);
    const uint64_t size = held == held_.end() ? 0 : held->second.tree.size();
    if (each.page->from() != size || !logs.insert(each.org).second) each.documents.clear();
    const auto log = logs_.find(each.org);
    if (each.node_info.has_value() && log != logs_.end() && log->second.node_info.has_value() &&
        log->second.node_info->As<v1::NodeInfo>().counter() >=
            each.node_info->As<v1::NodeInfo>().counter()) {
      each.node_info.reset();
    }
    if (each.documents.empty() && !each.node_info.has_value()) continue;
    each.gain = GainOf(each.org, each.documents);
    news.push_back(std::move(each));
  }
  batch.fitting = std::move(news);
}

// The register as it would be with the whole batch.
absl::StatusOr<std::shared_ptr<const governance::Register>> Archive::FoldWith(
    const Batch& batch, absl::Time now, const Spend& spend) const {
  std::map<OrgId, governance::OrgLog> logs = LogsToFold();
  for (const Incoming& each : batch.fitting) {
    AddTo(logs[each.org], each.gain, now);
    if (each.node_info.has_value()) logs[each.org].node_info = each.node_info;
  }
  uint64_t documents = 0;
  for (const auto& [org, log] : logs) documents += log.entries.size();
  RETURN_IF_ERROR(spend(Work::kFolded, documents));
  return std::make_shared<const governance::Register>(governance::FoldLogs(logs, commons_));
}

// A log's root covers no signatures, and an entry is taken once: whoever handed a page on without
// them would keep a document from ever counting here. Another peer has the whole entry. One that
// repeats a document that counts already adds nothing, but what stands behind it in the log may.
bool Archive::SetAsideUnderSigned(const governance::Register& reg, Batch& batch) {
  std::map<std::pair<OrgId, DocId>, std::string> under_signed;
  for (const auto& problem : reg.problems()) {
    if (problem.reason != v1::UNDER_SIGNED) continue;
    under_signed.emplace(std::pair(problem.log, problem.id), problem.message);
  }
  std::vector<Incoming> complete;
  for (Incoming& each : batch.fitting) {
    auto found = under_signed.end();
    for (const auto* documents : {&each.gain.added, &each.gain.repeated}) {
      for (const auto& document : *documents) {
        // Members approve these in documents of their own.
        if (document->kind() == kinds::kCharter || document->kind() == kinds::kResolution) continue;
        if (found == under_signed.end()) found = under_signed.find({each.org, document->id});
      }
    }
    if (found == under_signed.end()) {
      complete.push_back(std::move(each));
    } else {
      batch.SetAside(std::move(each), Refuse(v1::UNDER_SIGNED, found->second));
    }
  }
  const bool any = complete.size() < batch.fitting.size();
  batch.fitting = std::move(complete);
  return any;
}

bool Archive::TakeBatch(Batch& batch, const Spend& spend) {
  std::lock_guard lock(mu_);
  const absl::Time now = clock_->Now();
  KeepNews(batch);
  std::shared_ptr<const governance::Register> reg;
  do {
    if (batch.fitting.empty()) return false;
    auto folded = FoldWith(batch, now, spend);
    if (!folded.ok()) {
      batch.refused.push_back(folded.status());
      return false;
    }
    reg = *std::move(folded);
  } while (SetAsideUnderSigned(*reg, batch));
  bool whole = true;
  for (Incoming& each : batch.fitting) {
    const absl::Status kept = Keep(each, now);
    if (kept.ok()) continue;
    batch.refused.push_back(kept);
    whole = false;
  }
  if (whole) {
    Publish(std::move(reg));
  } else {
    Refold();
  }
  return true;
}

absl::StatusOr<bool> Archive::AcceptPages(
    const google::protobuf::RepeatedPtrField<v1::LogPage>& pages, const Spend& spend,
    std::vector<absl::Status>* problems) {
  if (pages.size() > static_cast<int>(limits::kMembers))
    return Refuse(v1::MALFORMED, "too many pages");
  Batch batch;
  for (const v1::LogPage& page : pages) {
    const auto org = OrgId::FromBytes(page.org_id());
    if (org.ok()) {
      batch.later.emplace_back().page = &page;
      batch.later.back().org = *org;
    } else {
      batch.refused.push_back(org.status());
    }
  }
  std::stable_sort(batch.later.begin(), batch.later.end(), [](const auto& a, const auto& b) {
    return std::tuple(a.org, a.page->from()) < std::tuple(b.org, b.page->from());
  });
  bool any = false;
  // A page may admit the organisation of another one: go on while anything changes.
  for (bool changed = true; changed && !batch.later.empty();) {
    batch.waiting.clear();
    batch.fitting.clear();
    for (Incoming& each : std::exchange(batch.later, {})) {
      const absl::Status checked = Check(each, spend);
      if (checked.ok()) {
        batch.fitting.push_back(std::move(each));
      } else if (MayFitLater(checked)) {
        batch.SetAside(std::move(each), checked);
      } else {
        batch.refused.push_back(checked);
      }
    }
    changed = TakeBatch(batch, spend);
    any = any || changed;
  }
  *problems = std::move(batch.refused);
  problems->insert(problems->end(), batch.waiting.begin(), batch.waiting.end());
  if (any) Changed();
  return any;
}

}  // namespace commons::node
