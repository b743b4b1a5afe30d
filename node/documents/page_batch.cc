#include "node/documents/page_batch.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/status.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "node/log/log.h"

namespace commons::node {
namespace {

using governance::Register;
namespace kinds = governance::kinds;

uint64_t CounterOf(const governance::Document& node_info) {
  return node_info.As<v1::NodeInfo>().counter();
}

// What came by another way since it was checked is no news. One page of a log at a time.
void KeepNews(const HeldLogs& logs, PageBatch& batch) {
  std::set<OrgId> seen;
  std::vector<IncomingPage> news;
  for (IncomingPage& each : batch.fitting) {
    if (each.page->from() != logs.SizeOf(each.org) || !seen.insert(each.org).second) {
      each.documents.clear();
    }
    const auto opened = logs.opened().find(each.org);
    if (each.node_info.has_value() && opened != logs.opened().end() &&
        opened->second->node_info.has_value() &&
        CounterOf(*opened->second->node_info) >= CounterOf(*each.node_info)) {
      each.node_info.reset();
    }
    if (each.documents.empty() && !each.node_info.has_value() && !each.fork.has_value()) continue;
    each.gain = logs.GainOf(each.org, each.documents);
    news.push_back(std::move(each));
  }
  batch.fitting = std::move(news);
}

// The register as it would be with the whole batch.
absl::StatusOr<governance::FoldedLogs> FoldWith(const HeldLogs& held, const PageBatch& batch,
                                                absl::Time now, const Spend& spend) {
  governance::Logs logs = held.LogsToFold();
  for (const IncomingPage& each : batch.fitting) {
    governance::OrgLog& log = ChangeIn(logs, each.org);
    AddTo(log, each.gain, held.SizeOf(each.org), now);
    if (each.node_info.has_value()) log.node_info = each.node_info;
    if (each.fork.has_value()) log.forked_at = std::min(log.forked_at, now);
  }
  RETURN_IF_ERROR(spend(Work::kFolded, held.folded().Ahead(logs)));
  return held.folded().Then(logs, held.commons());
}

// Members approve these in documents of their own.
bool ApprovedElsewhere(const governance::Document& document) {
  return document.kind() == kinds::kCharter || document.kind() == kinds::kResolution;
}

// A log's root covers no signatures, and an entry is taken once: whoever handed a page on without
// them would keep a document from ever counting here. Another peer has the whole entry. One that
// repeats a document that counts already adds nothing, but what stands behind it in the log may.
bool SetAsideUnderSigned(const Register& reg, PageBatch& batch) {
  std::map<std::pair<OrgId, DocId>, std::string> under_signed;
  for (const auto& problem : reg.problems()) {
    if (problem->reason != v1::UNDER_SIGNED) continue;
    under_signed.emplace(std::pair(problem->log, problem->id), problem->message);
  }
  std::vector<IncomingPage> complete;
  for (IncomingPage& each : batch.fitting) {
    auto found = under_signed.end();
    const auto look_at = [&](const governance::Document& document) {
      if (ApprovedElsewhere(document) || found != under_signed.end()) return;
      found = under_signed.find({each.org, document.id});
    };
    for (const Gain::Placed& added : each.gain.added) look_at(*added.document);
    for (const DocumentPtr& repeated : each.gain.repeated) look_at(*repeated);
    if (found == under_signed.end()) {
      complete.push_back(std::move(each));
    } else {
      batch.SetAside(std::move(each), governance::Refuse(v1::UNDER_SIGNED, found->second));
    }
  }
  const bool any = complete.size() < batch.fitting.size();
  batch.fitting = std::move(complete);
  return any;
}

absl::Status Keep(HeldLogs& logs, IncomingPage& incoming, absl::Time now) {
  if (!incoming.documents.empty()) {
    const v1::LogPage& page = *incoming.page;
    RETURN_IF_ERROR(logs.KeepCheckpoint(incoming.org));
    RETURN_IF_ERROR(logs.Append(incoming.org,
                                {std::move(incoming.documents), std::move(incoming.tree),
                                 page.checkpoint(), std::move(incoming.gain)},
                                now));
  }
  if (incoming.fork.has_value()) {
    RETURN_IF_ERROR(logs.PutFork(incoming.org, *incoming.fork, now));
    LogWarning("forked_log", {{"org_id", incoming.org.ToHex()}, {"proof", "handed on by a peer"}});
  }
  if (!incoming.node_info.has_value()) return absl::OkStatus();
  return logs.PutNodeInfo(incoming.org, *incoming.node_info);
}

}  // namespace

bool TakeBatch(LogBook::Hold& hold, absl::Time now, const Spend& spend, PageBatch& batch) {
  KeepNews(hold.logs(), batch);
  governance::FoldedLogs folded;
  do {
    if (batch.fitting.empty()) return false;
    auto with = FoldWith(hold.logs(), batch, now, spend);
    if (!with.ok()) {
      batch.refused.push_back(with.status());
      return false;
    }
    folded = *std::move(with);
  } while (SetAsideUnderSigned(*folded.reg(), batch));
  bool whole = true;
  for (IncomingPage& each : batch.fitting) {
    const absl::Status kept = Keep(hold.logs(), each, now);
    if (kept.ok()) continue;
    batch.refused.push_back(kept);
    whole = false;
  }
  if (whole) {
    hold.Publish(std::move(folded));
  } else {
    hold.Publish();
  }
  return true;
}

}  // namespace commons::node
