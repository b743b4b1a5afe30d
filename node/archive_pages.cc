// Pages of logs, out.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/document/document.h"
#include "node/archive.h"

namespace commons::node {

std::string Archive::CheckpointFact(const OrgId& org, uint64_t size) {
  return absl::StrCat("checkpoint/", org.ToHex(), "/", size);
}

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
    if (!governance::AddConsistencyProof(held->second.tree, page).ok()) return std::nullopt;
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

}  // namespace commons::node
